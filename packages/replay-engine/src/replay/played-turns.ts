import type { PlannedTree } from '../plan/planned-tree.ts'
import type { EndedTurn } from './progress.ts'

/** As they left, which for one that was not sent is when it ended. */
export function inOrderOfSending(turns: readonly EndedTurn[]): EndedTurn[] {
  return turns.toSorted((a, b) => (a.sentMs ?? a.endedMs) - (b.sentMs ?? b.endedMs))
}

/** The last turn played of each session that has more to come. */
export function latestOfEach(tree: PlannedTree, played: readonly EndedTurn[]): EndedTurn[] {
  const latest = new Map<number, EndedTurn>()
  for (const turn of played)
    if (turn.turn >= (latest.get(turn.sessionIndex)?.turn ?? 0)) latest.set(turn.sessionIndex, turn)
  return [...latest.values()].filter(
    ({ sessionIndex, turn, sentMs, truncated }) =>
      sentMs !== undefined && !truncated && turn < tree.sessions[sessionIndex]!.turns.length - 1,
  )
}
