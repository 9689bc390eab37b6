import type { ReplyHead, ReplyTotals } from './reply-shape.ts'

/**
 * When the tokens of a reply were made, as JSON; null where it does not tell.
 *
 * Source: `build_per_request_timing_metrics` of vLLM 0.33.0: what it calls the time to the first token begins with the first step, and the
 * rate is over all from there.
 */
export function renderTimes({ tellsTimes }: ReplyHead, { instants, completionTokens }: ReplyTotals): string {
  if (!tellsTimes || !instants) return 'null'
  const { queuedMs, scheduledMs, firstTokenMs, lastTokenMs } = instants
  const inferenceMs = lastTokenMs - scheduledMs
  return JSON.stringify({
    time_to_first_token_ms: firstTokenMs - scheduledMs,
    generation_time_ms: lastTokenMs - firstTokenMs,
    queue_time_ms: scheduledMs - queuedMs,
    mean_itl_ms: completionTokens > 1 ? (lastTokenMs - firstTokenMs) / (completionTokens - 1) : null,
    tokens_per_second: inferenceMs > 0 ? (completionTokens / inferenceMs) * 1000 : null,
  })
}

/** The same as the last field of a chunk, where there is something to tell. */
export function renderTimesField(head: ReplyHead, totals: ReplyTotals): string {
  const times = renderTimes(head, totals)
  return times === 'null' ? '' : `,"metrics":${times}`
}
