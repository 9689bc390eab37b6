import { spawnAndJoin } from '../../edges/spawn-and-join.ts'
import type { KnownLaunch } from '../../edges/timed-session.ts'
import type { RequestNeed } from '../../recording/build-traces.ts'
import type { RecordedEnd } from './parse.ts'

/** What of an end the links depend on. */
export type LinkedEnd = Pick<RecordedEnd, 'requestId' | 'startMs' | 'apiMs'>

/** A session by what is known beside its times. */
export interface LinkedSession {
  /** By time. */
  readonly ends: readonly LinkedEnd[]
  readonly parent?: string
  readonly launch?: KnownLaunch
}

/** What each request waits for, by its id: where a launch is known as that says, else by the rule `dispatch`. Parents lead in no circle. */
export function linkEnds(sessions: ReadonlyMap<string, LinkedSession>): Map<string, RequestNeed[]> {
  const index = new Map([...sessions.keys()].map((name, position) => [name, position]))
  const all = [...sessions.values()]
  const edges = spawnAndJoin(
    all.map(({ ends, parent, launch }) => ({
      ...(parent !== undefined && { parent: index.get(parent)! }),
      ...(launch && { launch }),
      turns: ends.map((end) => ({ startMs: end.startMs, endMs: endMs(end) })),
    })),
    'dispatch',
  )
  const needs = new Map<string, RequestNeed[]>()
  for (const [session, { ends }] of all.entries()) {
    for (const [turn, { requestId }] of ends.entries()) {
      const own = edges[session]![turn]!
      needs.set(
        requestId,
        own.map(({ on, ...need }) => ({ ...need, on: all[on.session]!.ends[on.turn]!.requestId })),
      )
    }
  }
  return needs
}

/** Rounded as Dynamo does, whose clock counts milliseconds. */
export function endMs({ startMs, apiMs = 0 }: Pick<LinkedEnd, 'startMs' | 'apiMs'>): number {
  return startMs + Math.round(apiMs)
}
