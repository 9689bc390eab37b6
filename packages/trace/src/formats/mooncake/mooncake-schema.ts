import { z } from 'zod'

/**
 * A row of a Mooncake trace, plain or agentic, as its writers vary it. Bounds are far beyond what is recorded.
 *
 * Source: the FAST'25 traces; the Mooncake and Agentic Mooncake (first version) inputs of Dynamo and AIPerf.
 */
const milliseconds = z.number().min(0).max(1e13).nullish()
const tokens = z.int().nonnegative().max(100_000_000, 'more tokens than any context has').nullish()
const id = z.union([z.string().min(1).max(1000), z.int()])
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected an array').nullish()

export const MooncakeRow = z.object({
  timestamp: milliseconds,
  created_time: milliseconds,
  input_length: tokens,
  input_tokens: tokens,
  output_length: tokens,
  output_tokens: tokens,
  hash_ids: list,
  model: z.string().max(1000).nullish(),
  session_id: id.nullish(),
  /** After the end of the row before in the session. */
  delay: milliseconds,
  delay_ms: milliseconds,
  message_mode: z.enum(['history', 'delta']).nullish(),
  request_id: id.nullish(),
  /** Rows that must have ended before this one. */
  wait_for: z.array(id).max(100_000).nullish(),
  tool_wait_ms: milliseconds,
  /** Told by `wait_for` already. */
  branches: list,
  prefix_reset: z.boolean().nullish(),
  tool_events: list,
})
export type MooncakeRow = z.infer<typeof MooncakeRow>
