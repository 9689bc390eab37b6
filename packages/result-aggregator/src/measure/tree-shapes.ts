import type { Plan } from '@reprise/replay-engine'

/** What a tree is made of, by the index of its sessions. */
export interface TreeShape {
  /** Turns of each session. */
  readonly turns: readonly number[]
  /** How many agents stand above each session: 0 for the root. */
  readonly depths: readonly number[]
}

/** The shape of every tree of a plan, by the id of its trace. */
export function treeShapes({ trees }: Pick<Plan, 'trees'>): ReadonlyMap<string, TreeShape> {
  return new Map(
    trees.map(({ traceId, sessions }) => {
      // A session stands behind the one that started it.
      const depths: number[] = []
      for (const { parent } of sessions) depths.push(parent === undefined ? 0 : (depths[parent] ?? 0) + 1)
      return [traceId, { turns: sessions.map(({ turns }) => turns.length), depths }]
    }),
  )
}
