import { z } from 'zod'

const count = z.int().nonnegative()

/** Of the latencies of a part: how many values, and what is known of them. */
const PartLatency = z.strictObject({
  n: z.int().positive(),
  cutOff: z.int().positive().optional(),
  p50: z.number().optional(),
  p90: z.number().optional(),
})

/** The requests of the profiling phase for which a quantity lies between two bounds, both included. */
export const Part = z.strictObject({
  from: count,
  /** Absent: without end. */
  to: count.optional(),
  requests: count,
  /** Failed or cancelled. */
  unanswered: count,
  ttft: PartLatency.optional(),
  tpot: PartLatency.optional(),
  e2e: PartLatency.optional(),
  /** Cached of all prompt tokens, where the server tells. */
  hitMeasured: z.number().optional(),
  /** What a cache without limit would have held. */
  hitIdeal: z.number().optional(),
})
export type Part = z.infer<typeof Part>

/** Parts in rising order, those without a request left out. */
export const Breakdown = z.strictObject({
  /** By the number of the turn in its session, from 0. */
  turn: z.array(Part),
  /** By how many agents stand above: 0 for the root's own requests. Absent where the plan is not at hand. */
  depth: z.array(Part).optional(),
  /** By planned prompt length, in tokens. */
  context: z.array(Part),
})
export type Breakdown = z.infer<typeof Breakdown>
