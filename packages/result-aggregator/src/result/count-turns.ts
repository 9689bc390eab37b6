import type { PlannedTree } from '@reprise/replay-engine'

/** The turns of some trees, and how many of them are never sent: they do not fit the context, or wait for a turn that does not. */
export function countTurns(trees: readonly PlannedTree[]): { planned: number; unsent: number } {
  const counts = { planned: 0, unsent: 0 }
  for (const tree of trees) {
    for (const { turns } of tree.sessions) counts.planned += turns.length
    counts.unsent += unsentTurns(tree)
  }
  return counts
}

/** Spreads from the turns that do not fit to those that wait for them. */
function unsentTurns({ sessions }: PlannedTree): number {
  const all = sessions.flatMap(({ turns }, session) =>
    turns.map((planned, turn) => ({ ...planned, key: `${session}.${turn}` })),
  )
  const reached = new Set(all.filter(({ overContext }) => overContext).map(({ key }) => key))
  if (reached.size === 0) return 0
  const waiting = Map.groupBy(
    all.flatMap(({ key, needs }) => needs.map(({ session, turn }) => ({ key, needed: `${session}.${turn}` }))),
    ({ needed }) => needed,
  )
  for (const key of reached) for (const waiter of waiting.get(key) ?? []) reached.add(waiter.key)
  return reached.size
}
