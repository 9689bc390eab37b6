import { Shard } from '@reprise/replay-engine'
import { z } from 'zod'

/**
 * How the date of a client's machine stands beside the one that the server says, which all shards hear from the same server: it means
 * something beside that of another shard, and nothing by itself.
 */
export const ShardClock = z.strictObject({ aheadMs: z.number(), uncertainMs: z.number().nonnegative() })
export type ShardClock = z.infer<typeof ShardClock>

/** What of a run's plan is sent here, and the start that it has in common with the rest. */
export const RunShard = z.strictObject({
  shard: Shard,
  /** Date of the run's origin, ISO 8601, as appointed: that of all shards. */
  startAt: z.string(),
  /** Since then, where profiling begins in all of them. */
  profilingMs: z.number().nonnegative(),
  /** Absent where the server tells no date. */
  clock: ShardClock.optional(),
})
export type RunShard = z.infer<typeof RunShard>

/** What a run is that was merged of shards. */
export const RunShards = z.strictObject({
  of: z.int().positive(),
  startAt: z.string(),
  profilingMs: z.number().nonnegative(),
  /**
   * How far the dates of the shards lay apart, and how exactly that is known: by so much instants of one may be off beside those of another.
   * Absent where the date of a shard is not known. Latencies are of one shard each, and know nothing of it.
   */
  clocks: z.strictObject({ apartMs: z.number().nonnegative(), uncertainMs: z.number().nonnegative() }).optional(),
  /** Of a load that caps it: the longest time in profiling that no shard had a request in flight, which no shard can know of. */
  longestIdleMs: z.number().nonnegative().optional(),
  /** Shards that did not reach their end; all of them count until then. */
  brokeOff: z.array(z.int().nonnegative()).min(1).optional(),
})
export type RunShards = z.infer<typeof RunShards>
