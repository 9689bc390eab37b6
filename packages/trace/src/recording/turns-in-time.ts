import type { Trace } from '../corpus.ts'
import type { TurnIndices } from './session-name.ts'

/** A turn at its instant, on one clock for all traces. */
export interface TimedTurn extends TurnIndices {
  readonly atMs: number
}

/**
 * The turns of traces in the order of their times. Those of a session stay in theirs, whatever their times say; ties go by the ids of
 * the traces, so that the order of files leaves no mark.
 */
export function turnsInTime(traces: readonly Trace[], { rootsOnly = false } = {}): TimedTurn[] {
  return traces
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((trace) =>
      (rootsOnly ? trace.sessions.slice(0, 1) : trace.sessions).flatMap(({ turns }, session) => {
        let latest = 0
        return turns.map(({ startMs }, turn) => {
          latest = Math.max(latest, (trace.startMs ?? 0) + startMs)
          return { trace, session, turn, atMs: latest }
        })
      }),
    )
    .sort((a, b) => a.atMs - b.atMs)
}
