import { z } from 'zod'
import { Link } from './kv-offload-config.ts'

/**
 * What stands behind the host's memory of SGLang's HiCache, and when a request waits for what comes from there. Names and defaults are SGLang's.
 *
 * Source: `hicache_storage_*` of the server arguments of SGLang 0.5.23, and what `parse_storage_backend_extra_config` reads.
 */
export const HiCacheStorage = Link.extend({
  /** Pages that it holds; the least recently used goes first. Absent: nothing is given up. */
  pages: z.int().positive().optional(),
  /** All workers of a fleet have it, and its link, in common, as of mooncake or a file system of several hosts. Default false: each has its own. */
  isShared: z.boolean().optional(),
  /**
   * When a request that wants pages of it is admitted: with what has come so far, with all of it, or with what has come by the end of a time that is
   * given to it. Default `timeout`.
   */
  prefetchPolicy: z.enum(['best_effort', 'wait_complete', 'timeout']).optional(),
  /** Fewer tokens are not fetched. Default 256. */
  prefetchThreshold: z.int().positive().optional(),
  /** Of `timeout`: so long, and so much longer for every 1,024 tokens that are looked for. Defaults 1 and 0.25. */
  prefetchTimeoutBaseS: z.number().nonnegative().optional(),
  prefetchTimeoutPerKiTokenS: z.number().nonnegative().optional(),
  /** Whoever waits behind others looks again after so many steps, so often at most. Defaults 8 and 8; 0: never. */
  retryPollInterval: z.int().nonnegative().optional(),
  retryMaxAttempts: z.int().nonnegative().optional(),
}).strict()
export type HiCacheStorage = z.infer<typeof HiCacheStorage>
