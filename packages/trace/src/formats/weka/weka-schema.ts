import { z } from 'zod'

/**
 * The WEKA trace format as it is met in the wild: optional fields may be absent or null, times are seconds, unknown fields are
 * passed over. The elements of `requests` and `hash_ids` are checked by the parser: there are millions of them. Bounds are far beyond what is
 * recorded, and keep what is beyond them from arithmetic and from memory.
 *
 * Source: the files of kv-cache-tester and of the cc-traces-weka data sets.
 */
const maxSeconds = 1e10
const time = z
  .number()
  .min(-maxSeconds, 'too far away: times are seconds')
  .max(maxSeconds, 'too far away: times are seconds')
const seconds = time.nullish()
const milliseconds = z
  .number()
  .max(1e3 * maxSeconds, 'too long')
  .nullish()
const tokens = z.int().nonnegative().max(100_000_000, 'more tokens than any context has')
const name = z.string().max(1000, 'longer than 1000 characters')
const names = z.array(name).nullish()
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected an array').nullish()

export const WekaRequest = z.object({
  /** Since the start of the trace or of the subagent. */
  t: time,
  type: z.string().nullish(),
  model: name.nullish(),
  in: tokens,
  out: tokens,
  hash_ids: list,
  input_types: names,
  output_types: names,
  stop: name.nullish(),
  api_time: seconds,
  think_time: seconds,
  ttft: seconds,
})
export type WekaRequest = z.infer<typeof WekaRequest>

/** A subagent, standing among its parent's requests. */
export const WekaSubagent = z.object({
  t: time,
  type: z.literal('subagent'),
  agent_id: name.nullish(),
  subagent_type: name.nullish(),
  duration_ms: milliseconds,
  total_tokens: z.number().nullish(),
  tool_use_count: time.nullish(),
  status: z.string().nullish(),
  models: names,
  tool_tokens: tokens.nullish(),
  system_tokens: tokens.nullish(),
  requests: list,
})
export type WekaSubagent = z.infer<typeof WekaSubagent>

const TokenTotals = z.object({ input: time.nullish(), output: time.nullish() }).nullish()

export const WekaTotals = z.object({
  parent_tokens: TokenTotals,
  subagent_tokens: TokenTotals,
  combined_tokens: TokenTotals,
  subagent_count: time.nullish(),
})
export type WekaTotals = z.infer<typeof WekaTotals>

export const WekaTrace = z.object({
  id: name.min(1),
  models: names,
  block_size: z.int().positive().max(1_000_000),
  /** Absent means `local`, and so does `per_context`. */
  hash_id_scope: z.enum(['local', 'global', 'per_context']).nullish(),
  tool_tokens: tokens.nullish(),
  system_tokens: tokens.nullish(),
  totals: WekaTotals.nullish(),
  requests: list,
})
export type WekaTrace = z.infer<typeof WekaTrace>
