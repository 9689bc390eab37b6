import type { Arrivals, PhaseSpan } from '@reprise/replay-engine'
import type { RunFile } from '../result/run-header.ts'
import type { LaneAudit } from './lane-audit.ts'
import type { DueTurn } from './play-audit.ts'

/** A run that reached an end: how late its client was at most, by its records, stands in `latestMs`. */
export interface EndedRun {
  /** Those that were to be sent. */
  readonly lanes: readonly { readonly slot: number; readonly lane: LaneAudit }[]
  /** The last one. */
  readonly attempt: number
  /** Where it began. */
  readonly attemptMs: number
  readonly arrivals: Arrivals
  readonly phases: readonly PhaseSpan[]
  readonly ended: NonNullable<RunFile['ended']>
  readonly latestMs: number
}

/** Whatever else keeps a timer from firing. */
const spareMs = 1_000

/**
 * A request that was due before profiling ended and has no record, in words: a run that ends has one for each that it sent. With passes
 * nothing is due at the end.
 */
export function unsentProblem({
  lanes,
  attempt,
  attemptMs,
  arrivals,
  phases,
  ended,
  latestMs,
}: EndedRun): string | undefined {
  if (ended.reason === 'passes') return missing(lanes.flatMap(({ lane }) => lane.due(attempt))[0]?.id)
  const last = phases.findLast(({ phase }) => phase === 'profiling')
  // Nothing is due in a last attempt that did not come to profiling; what a break cut short before it left no record.
  if (last?.endMs === undefined || last.startMs < attemptMs) return undefined
  const lateMs = spareMs + latestMs + (ended.clientHealth?.eventLoopDelayMs?.max ?? 0)
  for (const { slot, lane } of lanes) {
    const beganMs = last.startMs + arrivals.dueMs(slot)
    const due = lane.due(attempt).find((turn) => latestDueMs(turn, last.startMs, beganMs) + lateMs < last.endMs!)
    if (due) return missing(due.id)
  }
  return undefined
}

/**
 * When the turn was due at the latest. One that was held back until profiling began waits for a rest of its think time; how its play is
 * spread over that rest is the replay's affair, and it is no more than twice the think time.
 */
function latestDueMs({ readyMs, dueMs }: DueTurn, profilingMs: number, beganMs: number): number {
  const heldMs = readyMs <= profilingMs ? beganMs + 2 * (dueMs - readyMs) : 0
  return Math.max(dueMs, beganMs, heldMs)
}

function missing(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${id} was due before the run ended, and has none`
}
