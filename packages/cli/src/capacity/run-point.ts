import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { judgeObjectives } from '@reprise/result-aggregator'
import {
  defaultLimits,
  type Objective,
  type Result,
  RunFolderError,
  readResult,
  runFiles,
} from '@reprise/result-aggregator/run'
import { nameOfPoint } from '../options/load-point.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { RunWords } from './capacity-folder.ts'
import type { PointRun } from './point.ts'
import type { SizeRange } from './size-ladder.ts'

export interface RunPlace {
  readonly folder: string
  readonly unit: SizeRange['unit']
  readonly runs: RunWords
  readonly objectives: readonly Objective[]
  readonly quiet: boolean
  readonly overwrite: boolean
  /** A run is about to be made. */
  readonly onRun?: (run: WantedRun) => void
}

export interface WantedRun {
  readonly size: number
  readonly seed: number
  /** Its number among those that are made. Absent: no more may be made, and only one that lies there counts. */
  readonly number?: number
}

/** What became of a run: what it tells, or why there is nothing to tell. */
export type RunAttempt =
  | { readonly kind: 'not-made' }
  | { readonly kind: 'done'; readonly run: PointRun; readonly reused: boolean }
  | { readonly kind: 'interrupted' }
  /** The command has said what is wrong. */
  | { readonly kind: 'failed'; readonly exitCode: number }

/** The run of a size and a seed: the one that lies in its folder, what was begun there and can go on, or a new one. */
export async function runPoint(
  wanted: WantedRun,
  place: RunPlace,
  context: Pick<CommandContext, 'io' | 'runCommand'>,
): Promise<RunAttempt> {
  const { size, seed } = wanted
  const name = nameOfPoint(place.unit === 'lanes' ? { lanes: size } : { sessionsPerS: size })
  const folder = join(place.folder, `${name}-seed-${seed}`)
  const before = place.overwrite ? undefined : await wholeResult(folder)
  const told = (result: Result, reused: boolean) => tell({ seed, folder, result, reused }, place.objectives)
  if (before) return told(before, true)
  if (wanted.number === undefined) return { kind: 'not-made' }
  place.onRun?.(wanted)
  const words = [...place.runs.words, place.unit === 'lanes' ? '--lanes' : '--rate', String(size)]
  const all = [
    ...words,
    '--seed',
    String(seed),
    '--out',
    folder,
    '--json',
    '--no-report',
    ...(place.quiet ? ['--quiet'] : []),
  ]
  const { io, runCommand } = context
  const run = (...more: string[]) => {
    const argv = [...all, ...more]
    return runCommand(argv, { ...io, argv, stdout: { write: () => true } })
  }
  const canGoOn = place.runs.words[0] === 'replay' && place.unit === 'lanes' && !place.overwrite
  const begun = existsSync(join(folder, runFiles.header))
  let code = begun && canGoOn ? await run('--resume', folder) : await run('--overwrite')
  // What cannot go on has said why, and begins anew.
  if (begun && canGoOn && code === exitCodes.author) code = await run('--overwrite')
  if (io.signal.aborted) {
    const result = await wholeResult(folder)
    return result ? told(result, false) : { kind: 'interrupted' }
  }
  if (code !== exitCodes.done && code !== exitCodes.invalid) return { kind: 'failed', exitCode: code }
  return told(await readResult(folder), false)
}

/** Of a run that has come to its own end. */
async function wholeResult(folder: string): Promise<Result | undefined> {
  const result = await readResult(folder).catch((error: unknown) => {
    if (error instanceof RunFolderError) return undefined
    throw error
  })
  return result && ends.has(result.completeness.ended) ? result : undefined
}

const ends: ReadonlySet<string> = new Set(['window', 'passes', 'enough', 'stopped'])

async function tell(
  { seed, folder, result, reused }: { seed: number; folder: string; result: Result; reused: boolean },
  objectives: readonly Objective[],
): Promise<RunAttempt> {
  const { stoppedBy } = result.completeness
  // Nobody was served: that says nothing of how many could be.
  if (stoppedBy?.kind === 'refused') return { kind: 'failed', exitCode: exitCodes.operator }
  const shares = await judgeObjectives(folder, result, objectives)
  const unusable = objectionTo(result)
  const gaveUp =
    stoppedBy && `given up: ${stoppedBy.kind}${stoppedBy.failure === undefined ? '' : ` (${stoppedBy.failure})`}`
  const note = unusable !== undefined ? { unusable } : gaveUp !== undefined ? { gaveUp } : {}
  return { kind: 'done', reused, run: { seed, folder, shares, ...note } }
}

/** Why an invalid result says nothing about the server: the client did not keep up, or something else was measured than was planned. */
function objectionTo({ validity, metrics, clientHealth, completeness, counts }: Result): string | undefined {
  if (validity.verdict !== 'invalid') return undefined
  const { dispatchDelayP99Ms, eventLoopDelayP99Ms } = defaultLimits
  if (completeness.stoppedBy?.failure === 'client-host' || 2 * (counts.failures['client-host'] ?? 0) > counts.failed)
    return 'the host of the client could not open connections'
  const [lateMs, stalledMs] = [metrics.dispatch_delay?.p99 ?? 0, clientHealth.eventLoopDelayMs?.p99 ?? 0]
  if (lateMs > dispatchDelayP99Ms.fail || stalledMs > eventLoopDelayP99Ms.fail) return 'the client did not keep up'
  return validity.reasons.find((reason) => otherWork.test(reason))
}

const otherWork = /^(?:impossible-usage|inexact-input|input-total):/
