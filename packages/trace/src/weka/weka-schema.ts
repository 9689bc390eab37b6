import { z } from 'zod'

/**
 * The WEKA trace format as it is met in the wild: optional fields may be absent or null, times are seconds, unknown fields are
 * accepted. The elements of `requests` and `hash_ids` are checked by the parser: there are millions of them.
 *
 * Source: the files of kv-cache-tester and of the cc-traces-weka data sets.
 */
const seconds = z.number().nullish()
const tokens = z.int().nonnegative()
const names = z.array(z.string()).nullish()
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value), 'expected an array').nullish()

export const WekaRequest = z.looseObject({
  /** Since the start of the trace or of the subagent. */
  t: z.number(),
  type: z.string().nullish(),
  model: z.string().nullish(),
  in: tokens,
  out: tokens,
  hash_ids: list,
  input_types: names,
  output_types: names,
  stop: z.string().nullish(),
  api_time: seconds,
  think_time: seconds,
  ttft: seconds,
})
export type WekaRequest = z.infer<typeof WekaRequest>

/** A subagent, standing among its parent's requests. */
export const WekaSubagent = z.looseObject({
  t: z.number(),
  type: z.literal('subagent'),
  agent_id: z.string().nullish(),
  subagent_type: z.string().nullish(),
  duration_ms: z.number().nullish(),
  total_tokens: z.number().nullish(),
  tool_use_count: z.number().nullish(),
  status: z.string().nullish(),
  models: names,
  tool_tokens: tokens.nullish(),
  system_tokens: tokens.nullish(),
  requests: list,
})
export type WekaSubagent = z.infer<typeof WekaSubagent>

const TokenTotals = z.looseObject({ input: z.number().nullish(), output: z.number().nullish() }).nullish()

export const WekaTotals = z.looseObject({
  parent_tokens: TokenTotals,
  subagent_tokens: TokenTotals,
  combined_tokens: TokenTotals,
  subagent_count: z.number().nullish(),
})
export type WekaTotals = z.infer<typeof WekaTotals>

export const WekaTrace = z.looseObject({
  id: z.string().min(1),
  models: names,
  block_size: z.int().positive(),
  /** Absent means `local`, and so does `per_context`. */
  hash_id_scope: z.enum(['local', 'global', 'per_context']).nullish(),
  tool_tokens: tokens.nullish(),
  system_tokens: tokens.nullish(),
  totals: WekaTotals.nullish(),
  requests: list,
})
export type WekaTrace = z.infer<typeof WekaTrace>
