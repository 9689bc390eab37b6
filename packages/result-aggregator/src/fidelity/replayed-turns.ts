import type { PlannedTurn, RequestRecord } from '@reprise/replay-engine'
import { parseAddress } from '@reprise/replay-engine'
import { begunMs } from '../audit/instant-problem.ts'
import type { CapturedTurn } from './captured-turns.ts'
import type { ReplayedRun } from './replayed-run.ts'
import { sessionKey, type TurnPlace, turnKey } from './turn-name.ts'

/** A turn of the plan. */
export interface TurnOfPlan extends TurnPlace {
  readonly planned: PlannedTurn
}

/** What a run planned and sent, by turn. */
export interface Replayed {
  readonly planned: ReadonlyMap<string, TurnOfPlan>
  readonly plannedSessions: ReadonlySet<string>
  /** Every record of each turn, in the order in which they were sent. Of a load that plays trees again, several are as they should be. */
  readonly records: ReadonlyMap<string, readonly RequestRecord[]>
  /** Requests that left, or were tried. */
  readonly dispatched: readonly RequestRecord[]
}

export function replayedTurns({ plan, records }: ReplayedRun): Replayed {
  const planned = new Map<string, TurnOfPlan>()
  const plannedSessions = new Set<string>()
  for (const { traceId: trace, sessions } of plan.trees) {
    for (const { id: session, turns } of sessions) {
      plannedSessions.add(sessionKey({ trace, session }))
      for (const [turn, each] of turns.entries()) {
        const place = { trace, session, turn }
        planned.set(turnKey(place), { ...place, planned: each })
      }
    }
  }
  const byTurn = Map.groupBy(records.toSorted(bySending), turnKey)
  return {
    planned,
    plannedSessions,
    records: byTurn,
    dispatched: records.filter((each) => begunMs(each) !== undefined),
  }
}

function bySending(one: RequestRecord, other: RequestRecord): number {
  return (begunMs(one) ?? one.doneMs) - (begunMs(other) ?? other.doneMs)
}

/** A request that was sent, beside the turn that it stands for. */
export interface Pair {
  readonly captured: CapturedTurn
  readonly record: RequestRecord
}

/** The first request of each turn that was captured and sent. */
export function pairsOf(turns: ReadonlyMap<string, CapturedTurn>, { records }: Replayed): Pair[] {
  const pairs: Pair[] = []
  for (const [key, captured] of turns) {
    const record = records.get(key)?.find((each) => begunMs(each) !== undefined)
    if (record) pairs.push({ captured, record })
  }
  return pairs
}

/** What tells one play of a tree from another. */
export function playKey({ id }: Pick<RequestRecord, 'id'>): string {
  const { lane, play } = parseAddress(id)
  return `${lane}.${play}`
}
