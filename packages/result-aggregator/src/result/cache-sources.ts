import { z } from 'zod'

const count = z.int().nonnegative()

/** Prompt tokens by where they came from, over the requests that tell. What none of these says was computed for the first time. */
export const CacheSources = z.strictObject({
  promptTokens: count,
  /** From the cache of the device, the host's memory and its disk: together what was found. */
  deviceTokens: count,
  hostTokens: count,
  diskTokens: count,
  /** Computed though they had been in the cache, which had evicted them. */
  recomputedTokens: count,
})
export type CacheSources = z.infer<typeof CacheSources>
