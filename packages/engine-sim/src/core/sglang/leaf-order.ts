import type { SglangSchedulerConfig } from '../engine-config.ts'

export type RadixEvictionPolicy = NonNullable<SglangSchedulerConfig['radixEvictionPolicy']>

/** What a policy knows of a node: see `RadixNode`. */
export interface Leaf {
  readonly usedAt: number
  readonly createdAt: number
  readonly hits: number
  readonly priority: number
}

/** Below 0 where the first leaf is evicted before the second. */
export type LeafOrder = (one: Leaf, other: Leaf) => number

/** With so many hits a node is protected by `slru`. */
const protectedHits = 2

const leastRecent: LeafOrder = (one, other) => one.usedAt - other.usedAt
const oldest: LeafOrder = (one, other) => one.createdAt - other.createdAt

/**
 * Which leaf goes first, by policy.
 *
 * Source: `mem_cache/evict_policy.py` of SGLang 0.5.23.
 */
export const leafOrders: Readonly<Record<RadixEvictionPolicy, LeafOrder>> = {
  lru: leastRecent,
  mru: (one, other) => leastRecent(other, one),
  fifo: oldest,
  filo: (one, other) => oldest(other, one),
  lfu: (one, other) => one.hits - other.hits || leastRecent(one, other),
  priority: (one, other) => one.priority - other.priority || leastRecent(one, other),
  slru: (one, other) => Number(isProtected(one)) - Number(isProtected(other)) || leastRecent(one, other),
}

function isProtected({ hits }: Leaf): boolean {
  return hits >= protectedHits
}
