import { z } from 'zod'

/**
 * One of several that divide a plan between them: slot `s`, a lane or an arrival, falls to shard `s mod of`. Each knows the whole plan, so
 * that what a slot sends is the same whoever sends it.
 */
export const Shard = z
  .strictObject({ index: z.int().nonnegative(), of: z.int().positive().max(10_000) })
  .refine(({ index, of }) => index < of, 'the index of a shard is below their number')
export type Shard = z.infer<typeof Shard>

/** Whether a slot falls to the shard; without one all do. */
export function isOfShard(slot: number, shard: Shard | undefined): boolean {
  return shard === undefined || slot % shard.of === shard.index
}

/** The slots below `slots` that fall to the shard, in their order. */
export function slotsOfShard(slots: number, shard: Shard | undefined): number[] {
  const { index, of } = shard ?? { index: 0, of: 1 }
  return Array.from({ length: Math.max(0, Math.ceil((slots - index) / of)) }, (_, i) => index + i * of)
}
