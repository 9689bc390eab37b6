import { z } from 'zod'
import { HiCacheStorage } from './hicache-storage-config.ts'
import { Link } from './kv-offload-config.ts'

/**
 * SGLang's HiCache: the host's memory behind the radix cache of one engine.
 *
 * Source: server arguments of SGLang 0.5.23 (`hicache_*`), and `mem_cache/unified_radix_cache.py`.
 */
export const HiCache = z.strictObject({
  /** Pages that the host's memory holds: `hicache_ratio` times those of the device, or as many as `hicache_size` holds. */
  hostPages: z.int().positive(),
  /** Of the KV of one token, over all that the engine moves at once. */
  tokenBytes: z.number().positive(),
  /** When a node of the tree is copied to the host: when a request is put there, when that has happened often, or when the device gives it up. Default `write_through`. */
  writePolicy: z.enum(['write_through', 'write_through_selective', 'write_back']).optional(),
  /** How often, for `write_through_selective`. A request counts once. Default 2. */
  hitsToWrite: z.int().positive().optional(),
  /** Less than so many tokens are computed again rather than loaded. Default 10. */
  leastLoadTokens: z.int().positive().optional(),
  /** Between device and host. */
  host: Link,
  /** Behind the host's memory: `hicache_storage_backend`. Default: nothing. */
  storage: HiCacheStorage.optional(),
})
export type HiCache = z.infer<typeof HiCache>
