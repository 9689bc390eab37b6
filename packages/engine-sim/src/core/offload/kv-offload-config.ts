import { z } from 'zod'

export const Link = z.strictObject({
  /** Of each direction, shared by what is under way in it. */
  gbPerS: z.number().positive(),
  /** Before the first byte of a transfer moves. Default 0. */
  latencyMs: z.number().nonnegative().optional(),
})
export type Link = z.infer<typeof Link>

/** Tiers of KV behind the device's cache, of one engine. */
export const KvOffload = z.strictObject({
  /** Blocks that the host's memory holds. */
  hostBlocks: z.int().positive(),
  /** Of the KV of one token, over all that the engine moves at once. */
  tokenBytes: z.number().positive(),
  /** Blocks that are stored and found together. Default 1, vLLM's own; LMCache's chunks are of 256 tokens. */
  chunkBlocks: z.int().positive().optional(),
  /** When a block is stored: as soon as it is computed, or when the device gives it up. Default `computed`. */
  store: z.enum(['computed', 'evicted']).optional(),
  /** Between device and host. */
  host: Link,
  /** What is stored in the host's memory is written there too, and found there when the host no longer has it. */
  disk: Link.extend({ blocks: z.int().positive() }).strict().optional(),
})
export type KvOffload = z.infer<typeof KvOffload>
