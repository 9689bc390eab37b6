import { z } from 'zod'

/**
 * How the measuring process itself fared, sampled by whoever ran the replay. What was not sampled is absent.
 *
 * A client that cannot keep up adds its own waiting to every latency, so these stand beside the numbers they may have spoilt.
 */
export const ClientHealth = z.strictObject({
  /** How late timers of the process fired, the sampling period itself taken off. */
  eventLoopDelayMs: z
    .strictObject({ p50: z.number().nonnegative(), p99: z.number().nonnegative(), max: z.number().nonnegative() })
    .partial()
    .optional(),
  /** CPU seconds of the process per second of wall time; 1 is one core fully used. */
  cpuShare: z.number().nonnegative().optional(),
  maxRssMiB: z.number().nonnegative().optional(),
})
export type ClientHealth = z.infer<typeof ClientHealth>
