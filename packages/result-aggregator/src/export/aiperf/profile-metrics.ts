import type { RequestRecord } from '@reprise/replay-engine'
import { endToEnd } from '../../measure/end-to-end.ts'
import { outputCount } from '../../measure/output-count.ts'
import { timeToFirstAnswerToken, timeToFirstToken } from '../../measure/time-to-first-token.ts'

/** AIPerf's metrics of one request that ended well, under its tags and in its display units. */
export const profileUnits = {
  input_sequence_length: 'tokens',
  output_sequence_length: 'tokens',
  requested_osl: 'tokens',
  time_to_first_token: 'ms',
  time_to_first_output_token: 'ms',
  request_latency: 'ms',
  decode_duration: 'ms',
  inter_token_latency: 'ms',
  output_token_throughput_per_user: 'tokens/sec/user',
  e2e_output_token_throughput: 'tokens/sec/user',
  prefill_throughput_per_user: 'tokens/sec/user',
  full_decode_duration: 'ms',
  full_response_inter_token_latency: 'ms',
  full_response_output_token_throughput_per_user: 'tokens/sec/user',
  usage_prompt_tokens: 'tokens',
  usage_completion_tokens: 'tokens',
  usage_prompt_cache_read_tokens: 'tokens',
} as const

export type ProfileTag = keyof typeof profileUnits
export type ProfileMetrics = Partial<Record<ProfileTag, number>>

/**
 * By AIPerf's formulas, which is why `inter_token_latency` is here that of every reply of two tokens or more, and not only of those whose
 * pace was seen. What a reply does not have is absent.
 *
 * Source: AIPerf 0.13.0, metrics/types; the full response of its AgentX line: from the first token to the end of the reply.
 */
export function profileMetrics(record: RequestRecord): ProfileMetrics {
  const { firstTokenMs, doneMs, cachedTokens } = record
  const inputTokens = record.inputTokens ?? record.plannedInputTokens
  const tokens = outputCount(record)?.tokens
  const [latencyMs, ttftMs] = [endToEnd(record), timeToFirstToken(record)]
  const decodeMs = latencyMs === undefined || ttftMs === undefined ? undefined : latencyMs - ttftMs
  const fullDecodeMs = firstTokenMs === undefined ? undefined : doneMs - firstTokenMs
  const [itlMs, fullItlMs] = [perStep(decodeMs, tokens), perStep(fullDecodeMs, tokens)]
  return present({
    input_sequence_length: inputTokens,
    output_sequence_length: tokens,
    requested_osl: record.plannedOutputTokens,
    time_to_first_token: ttftMs,
    time_to_first_output_token: timeToFirstAnswerToken(record),
    request_latency: latencyMs,
    decode_duration: decodeMs,
    inter_token_latency: itlMs,
    output_token_throughput_per_user: perSecond(1, itlMs),
    e2e_output_token_throughput: perSecond(tokens, latencyMs),
    prefill_throughput_per_user: perSecond(inputTokens, ttftMs),
    full_decode_duration: fullDecodeMs,
    full_response_inter_token_latency: fullItlMs,
    full_response_output_token_throughput_per_user: perSecond(1, fullItlMs),
    usage_prompt_tokens: record.inputTokens,
    usage_completion_tokens: record.outputTokens,
    usage_prompt_cache_read_tokens: cachedTokens,
  })
}

function perStep(elapsedMs: number | undefined, tokens = 0): number | undefined {
  return elapsedMs === undefined || tokens < 2 ? undefined : elapsedMs / (tokens - 1)
}

function perSecond(amount: number | undefined, ms = 0): number | undefined {
  return amount === undefined || ms <= 0 ? undefined : amount / (ms / 1000)
}

function present(metrics: Record<ProfileTag, number | undefined>): ProfileMetrics {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== undefined)) as ProfileMetrics
}
