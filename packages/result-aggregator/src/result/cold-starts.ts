import { z } from 'zod'

const count = z.int().nonnegative()

/**
 * Requests that were among the first of their shape and took far longer to their first token than the later ones of it. A shape is the
 * prompt that had to be computed, what the cache held taken off, to a power of two.
 */
export const ColdStarts = z.strictObject({
  /** Shapes with enough requests to tell. */
  shapes: count,
  /** Shapes of which a first request is out of line. */
  coldShapes: count,
  /** Requests that are. */
  requests: count,
  /** The furthest out of line first: the time to the first token, and the 90th percentile of the later ones of its shape. */
  worst: z.array(z.strictObject({ id: z.string(), shapeTokens: count, ttftMs: z.number(), usualP90Ms: z.number() })),
  /** The 99th percentile of `ttft` with these requests left out. Absent where it is not known. */
  ttftP99WithoutMs: z.number().optional(),
})
export type ColdStarts = z.infer<typeof ColdStarts>
