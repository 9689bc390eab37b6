import type { Plan, PlannedTree } from './plan.ts'
import { seededRandom, shuffledOrder } from './seeded-random.ts'
import { startOf } from './start-of.ts'

/** One play: a lane replaying one session tree once. */
export interface Play {
  readonly lane: number
  /** How many trees the lane played before. */
  readonly play: number
  /** Place in the endless shuffle. */
  readonly position: number
  /** How many times every tree stands in the shuffle before this one's own permutation. */
  readonly pass: number
  readonly tree: PlannedTree
  /** Turn of the root session to start at; turns before it count as done. */
  readonly startTurn: number
  /** Rest of the think time that follows the start turn, from the beginning of profiling; absent where no rest was drawn. */
  readonly residualThinkMs?: number
  /** Cache identity: no two plays of a tree share it. Where ids are global, all plays of a pass do. */
  readonly scope: string
}

type Shuffled = Pick<Plan, 'seed' | 'blockScope' | 'load' | 'trees'>

/**
 * What lane `lane` plays as its `play`-th tree; undefined where a plan of so many passes has no more for it.
 *
 * A pure function of the plan and its arguments: lane i takes positions i, i+N, i+2N ... of an endless shuffle in which each pass
 * is a permutation of its own, so lanes share no queue and nobody's timing decides who plays what.
 */
export function playOf(plan: Shuffled, lane: number, play: number): Play | undefined {
  const count = plan.trees.length
  const position = lane + play * plan.load.lanes
  const pass = Math.floor(position / count)
  const { until } = plan.load
  if (until.kind === 'passes' && pass >= until.passes) return undefined
  const tree = plan.trees[orderOfPass(plan, pass)[position % count]!]!
  return {
    lane,
    play,
    position,
    pass,
    tree,
    ...(play === 0 ? startOf(plan, lane, tree) : { startTurn: 0 }),
    scope: scopeOf(plan, tree, pass),
  }
}

/**
 * The lane count is in it, so that the points of a sweep on one server do not warm each other's cache. A trace is played once in a pass,
 * which makes (trace, pass) an identity of the play.
 */
function scopeOf({ blockScope, load }: Shuffled, tree: PlannedTree, pass: number): string {
  return blockScope === 'local' ? `${load.lanes}/${tree.traceId}#${pass}` : `${load.lanes}/#${pass}`
}

/** Orders of recent passes. Lanes stay within a few passes of each other, and an order is cheap to make again. */
const recentOrders = new WeakMap<Shuffled, Map<number, Uint32Array>>()
const ORDERS_KEPT = 64

function orderOfPass(plan: Shuffled, pass: number): Uint32Array {
  const orders = recentOrders.get(plan) ?? new Map<number, Uint32Array>()
  recentOrders.set(plan, orders)
  const known = orders.get(pass)
  if (known) return known
  const order = shuffledOrder(plan.trees.length, seededRandom(plan.seed, 'order of pass', pass))
  orders.set(pass, order)
  if (orders.size > ORDERS_KEPT) orders.delete(orders.keys().next().value!)
  return order
}
