import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { printable } from '@reprise/safe-text'
import { amdPowerReader, type PowerReader, readNvidiaPower } from '../power/parse-power.ts'
import type { PowerLine, PowerMeterName } from '../power/power-line.ts'

/** A program that prints what the accelerators of this machine draw, again and again until it is ended. */
export type PowerProgramName = Exclude<PowerMeterName, 'dcgm'>

export interface PowerProgramSetup {
  readonly meter: PowerProgramName
  readonly intervalMs: number
  /** As the program numbers them. Default: all of the machine. */
  readonly devices?: readonly string[]
  /** That there is no such program is no news. */
  readonly optional: boolean
  /** On the run's clock. */
  readonly now: () => number
  readonly write: (line: PowerLine) => void
}

export interface RunningProgram {
  /** Waits for one more word of it, for `patienceMs` at most, so that the end of the run lies between two, and ends it. */
  stop(patienceMs: number): Promise<void>
}

/** Starts a meter. Whatever it does, or if it is not there, the run goes on. */
export function startPowerProgram({
  meter,
  intervalMs,
  devices,
  optional,
  now,
  write,
}: PowerProgramSetup): RunningProgram {
  const { words, reader } = programs[meter](intervalMs, devices ?? [])
  const child = spawn(meter, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = Promise.withResolvers<void>()
  let hasEnded = false
  let isStopping = false
  const over = (problem?: string) => {
    if (!hasEnded && !isStopping && problem !== undefined)
      write({ meter, atMs: now(), problem: printable(problem, 300) })
    hasEnded = true
    ended.resolve()
  }
  child.on('error', (error: NodeJS.ErrnoException) =>
    over(error.code === 'ENOENT' && optional ? undefined : `it does not start (${error.message})`),
  )
  child.on('exit', (code, signal) => over(`it ended (${signal ?? `exit code ${code}`})`))
  let heard = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const power = line.length <= longestLine ? reader(line) : undefined
    if (power) write({ meter, device: power.device, atMs: Math.round(now() * 1_000) / 1_000, watts: power.watts })
    heard.resolve()
  })
  return {
    stop: async (patienceMs) => {
      if (hasEnded) return
      heard = Promise.withResolvers()
      await within(patienceMs, Promise.race([heard.promise, ended.promise]))
      isStopping = true
      child.kill('SIGTERM')
      await within(killAfterMs, ended.promise)
      child.kill('SIGKILL')
      await ended.promise
    },
  }
}

const longestLine = 10_000
const killAfterMs = 1_000

const programs: Record<
  PowerProgramName,
  (intervalMs: number, devices: readonly string[]) => { words: string[]; reader: PowerReader }
> = {
  'nvidia-smi': (intervalMs, devices) => ({
    words: [
      ...['--query-gpu=uuid,power.draw', '--format=csv,noheader,nounits', `--loop-ms=${intervalMs}`],
      ...(devices.length > 0 ? [`--id=${devices.join(',')}`] : []),
    ],
    reader: readNvidiaPower,
  }),
  'amd-smi': (intervalMs, devices) => ({
    words: [
      ...['metric', '--power', '--csv', '--watch', String(Math.max(1, Math.round(intervalMs / 1_000)))],
      ...(devices.length > 0 ? ['--gpu', ...devices] : []),
    ],
    reader: amdPowerReader(),
  }),
}

async function within(ms: number, end: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([end, promise])
  clearTimeout(timer)
}
