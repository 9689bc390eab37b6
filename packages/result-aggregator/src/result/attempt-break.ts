import { RunEnd } from '@reprise/replay-engine'
import { z } from 'zod'
import { ClientHealth } from './client-health.ts'

/**
 * A line of `phases.jsonl`: here the run broke off and was resumed.
 *
 * The run's clock stands still meanwhile: instants of the new attempt go on from `atMs`, which is no earlier than any before. How long
 * the break was is told by the dates alone.
 */
export const AttemptBreak = z.strictObject({
  /** The attempt that begins here: 2 or more. */
  attempt: z.int().min(2),
  atMs: z.number().nonnegative(),
  /** Date at which the new attempt began, ISO 8601. */
  startedAt: z.string().optional(),
  /** How the attempt before ended. */
  after: z.union([RunEnd, z.literal('killed')]),
  /** How the client fared in the attempt before; a killed one left no word of it. */
  clientHealth: ClientHealth.optional(),
  /** Records of all attempts before. */
  records: z.int().nonnegative(),
  /** Lines of the attempt before that were torn, and were cut off. */
  unreadableLines: z.int().nonnegative(),
})
export type AttemptBreak = z.infer<typeof AttemptBreak>
