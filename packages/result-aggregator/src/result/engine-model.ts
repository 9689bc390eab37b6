import { z } from 'zod'

const count = z.int().nonnegative()
const ms = z.number().nonnegative()

/** What a model of an engine, or of a fleet, counted itself over the whole of a simulated run, warm-up and drain included. */
export const EngineModel = z.strictObject({
  steps: count,
  /** Times that a request lost its memory. */
  preemptions: count,
  /** Cached blocks that were given up for others. */
  evictedBlocks: count,
  /** Drafts that were verified. Absent where none are made. */
  speculation: z.strictObject({ drafts: count, draftTokens: count, acceptedTokens: count }).optional(),
  /** KV that went from workers that compute prompts to those that decode. Absent where none do that apart. */
  transfers: z
    .strictObject({
      count,
      bytes: z.number().nonnegative(),
      /** Prompt tokens that were not sent, since they were there. */
      sparedTokens: count,
      /** Sums over the transfers: for blocks where a prompt is decoded, and on the way of computed ones that have them. */
      blocksWaitMs: ms,
      transferMs: ms,
    })
    .optional(),
})
export type EngineModel = z.infer<typeof EngineModel>
