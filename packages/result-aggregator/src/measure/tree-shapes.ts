import type { Plan } from '@reprise/replay-engine'

/** What a tree is made of, by the index of its sessions. */
export interface TreeShape {
  /** Turns of each session. */
  readonly turns: readonly number[]
  /** How many agents stand above each session: 0 for the root. */
  readonly depths: readonly number[]
  /** The index of the session that started each; `undefined` for the root. */
  readonly parents: readonly (number | undefined)[]
}

/** The shape of every tree of a plan, by the id of its trace. */
export function treeShapes({ trees }: Pick<Plan, 'trees'>): ReadonlyMap<string, TreeShape> {
  return new Map(
    trees.map(({ traceId, sessions }) => {
      // A session stands behind the one that started it.
      const depths: number[] = []
      for (const { parent } of sessions) depths.push(parent === undefined ? 0 : (depths[parent] ?? 0) + 1)
      const [turns, parents] = [sessions.map((each) => each.turns.length), sessions.map(({ parent }) => parent)]
      return [traceId, { turns, depths, parents }]
    }),
  )
}
