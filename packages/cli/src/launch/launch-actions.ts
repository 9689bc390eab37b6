import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '@reprise/config-file'
import {
  evaluateJob,
  LaunchError,
  type LaunchedJob,
  type LaunchFiles,
  launchJob,
  planLaunch,
  type RunningServer,
  readLaunchFiles,
  renderLaunchPlan,
  renderStanding,
  type ServerEnd,
  stopLaunch,
} from '@reprise/launcher'
import { logText, printable } from '@reprise/safe-text'
import { readJob } from '../options/read-job.ts'
import { runFolders } from '../options/run-folders.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { heedInterrupt } from '../terminal/heed-interrupt.ts'
import { interruptedExitCode } from '../terminal/interrupts.ts'
import type { Io } from '../terminal/io.ts'
import { writeJson } from '../terminal/output.ts'
import { tellProblems } from '../terminal/tell-problems.ts'
import { startLaunchProgress } from './launch-progress.ts'
import { ownHosts } from './own-hosts.ts'

export interface PlanFlags extends LaunchFiles {
  readonly job: string
  readonly json: boolean
}

export interface RunFlags extends PlanFlags {
  readonly state?: string
  readonly attempt?: string
  readonly detach: boolean
  readonly quiet: boolean
}

export interface StopFlags {
  readonly state: string
  readonly json: boolean
}

export interface EvalFlags extends Pick<PlanFlags, 'job' | 'recipe' | 'json'> {
  readonly url: string
  readonly model?: string
  readonly out: string
}

/** `launch plan`. Returns the exit code, as all actions here. */
export function plan(flags: PlanFlags, io: Io): Promise<number> {
  return told(io, async () => {
    const job = await readJob(flags.job)
    const { recipe, profile } = readLaunchFiles(job, flags)
    const planned = planLaunch({ job, recipe, profile })
    if (flags.json) writeJson(io, planned)
    else
      io.stdout.write(
        `${renderStanding(recipe)
          .map((line) => `# ${line}\n`)
          .join('')}${renderLaunchPlan(planned)}`,
      )
    return exitCodes.done
  })
}

/** `launch run`. */
export function run(flags: RunFlags, io: Io): Promise<number> {
  return told(io, async () => {
    const job = await readJob(flags.job)
    const state = flags.state ?? runFolders({ kind: 'launch', points: [{}], now: new Date() }).base
    const progress = startLaunchProgress(io, flags)
    const { attempt } = flags
    const named = attempt === undefined ? {} : { attempt }
    const options = { job, state, files: flags, hosts: ownHosts, onProgress: progress.tell, ...named }
    const launching = heedInterrupt(io.signal, (signal) => launchJob({ ...options, signal }), io.cancel)
    const launched = await launching.finally(progress.end)
    if (flags.json) writeJson(io, launched.record)
    else io.stdout.write(renderLaunched(launched, flags.detach))
    return flags.detach ? exitCodes.done : hold(launched, io)
  })
}

/** `launch stop`. */
export function stop({ state, json }: StopFlags, io: Io): Promise<number> {
  return told(io, async () => {
    const end = await stopLaunch(state, ownHosts)
    if (json) writeJson(io, end)
    else {
      const before = end.diedEarly ? `the server had ended before (${howItEnded(end)}); ` : ''
      const found = end.removed === 0 ? 'nothing was left' : `${end.removed} removed`
      io.stdout.write(
        end.label === undefined ? `nothing is known of a launch in ${printable(state)}\n` : `${before}${found}\n`,
      )
    }
    if (end.devicesInUse !== undefined) io.stderr.write(`reprise: ${logText(end.devicesInUse, 2_000)}\n`)
    return exitCodes.done
  })
}

/** `launch eval`. */
export function evaluate(flags: EvalFlags, io: Io): Promise<number> {
  return told(io, async () => {
    const job = await readJob(flags.job)
    const { model = job.job.model } = flags
    const options = { ...flags, model, job, hosts: ownHosts }
    const record = await heedInterrupt(io.signal, (signal) => evaluateJob({ ...options, signal }), io.cancel)
    if (flags.json) writeJson(io, record)
    const words = record.outcome === 'not-configured' ? 'not configured' : record.outcome
    const why = record.message === undefined ? '' : `: ${record.message}; its output is in ${flags.out}/eval.log`
    ;(flags.json ? io.stderr : io.stdout).write(`eval: ${words}${why}\n`)
    return record.outcome === 'passed' ? exitCodes.done : exitCodes.invalid
  })
}

/** Holds a server until Ctrl-C, or until it ends by itself, and takes away what is left. */
async function hold({ record, servers }: LaunchedJob, io: Io): Promise<number> {
  const untilGone = async (signal: AbortSignal) => {
    const ended = await endOrInterrupt(servers, signal)
    await stopLaunch(record.state, ownHosts)
    return ended
  }
  const ended = await heedInterrupt(io.signal, untilGone, io.cancel)
  if (!ended) return exitCodes.done
  const { handle } = ended
  const called = handle.name === 'server' ? 'the server' : handle.name
  io.stderr.write(`reprise: ${called} has ended (${howItEnded(await ended.ended)}); its log is ${handle.logFile}\n`)
  return exitCodes.operator
}

/** The first that has ended; undefined where the signal came before. */
async function endOrInterrupt(
  servers: readonly RunningServer[],
  signal: AbortSignal,
): Promise<RunningServer | undefined> {
  for (;;) {
    const ended = servers.find((each) => !each.isRunning())
    if (ended || signal.aborted) return ended
    await sleep(200, undefined, { signal }).catch(() => {})
  }
}

/** Runs an action; tells whoever has to act what is wrong, with the end of the server's log, and gives the exit code for them. */
export async function told(io: Io, action: () => Promise<number>): Promise<number> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof ConfigError) {
      tellProblems(io, {}, error.problems)
      return exitCodes.author
    }
    if (error instanceof LaunchError) {
      io.stderr.write(renderFailure(error))
      return error.failureClass === 'recipe' ? exitCodes.author : exitCodes.operator
    }
    if (!io.signal.aborted) throw error
    io.stderr.write('reprise: interrupted; nothing is left of the server\n')
    return interruptedExitCode(io.signal)
  }
}

function renderFailure({ failureClass, phase, message, logTail }: LaunchError): string {
  const tail = logTail.map((line) => `  | ${logText(line, 2_000)}\n`).join('')
  return `${tail}reprise: ${failureClass} failure in phase ${phase}: ${logText(message, 2_000)}\n`
}

function renderLaunched({ record }: LaunchedJob, detached: boolean): string {
  const seconds = Object.entries(record.phasesMs).map(([phase, ms]) => `${phase} ${(ms / 1_000).toFixed(1)} s`)
  const end = detached ? `npx reprise launch stop --state ${record.state} ends it` : 'Ctrl-C ends it'
  const unfit = (record.leftOut ?? []).map(({ node, reason }) => `left out ${node}: ${reason}\n`)
  return `${unfit.join('')}${printable(record.model)} on ${record.url} (${seconds.join(', ')}); ${end}\n`
}

function howItEnded({ exitCode, signal, cause }: { [K in keyof ServerEnd]: ServerEnd[K] | undefined }): string {
  if (cause !== undefined) return printable(cause)
  if (signal !== undefined) return `by ${signal}`
  return exitCode === undefined ? 'nobody can say how' : `exit code ${exitCode}`
}
