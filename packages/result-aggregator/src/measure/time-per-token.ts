import type { RequestRecord } from '@reprise/replay-engine'
import { firstChunkTokens, outputCount } from './output-count.ts'

/**
 * Mean time from token to token after the first chunk: (last token - first token) / (output tokens - tokens in the first chunk).
 *
 * `undefined`, not 0, when the reply shows no such step: one token or none, or all of them in one chunk.
 */
export function timePerOutputToken(record: RequestRecord): number | undefined {
  const { firstTokenMs, lastTokenMs, chunks } = record
  const count = outputCount(record)
  if (firstTokenMs === undefined || lastTokenMs === undefined || count === undefined || chunks === 1) return undefined
  const steps = count.tokens - firstChunkTokens(record, count.tokens)
  return steps < 1 ? undefined : (lastTokenMs - firstTokenMs) / steps
}

/**
 * The inter-token latency that InferenceX and AIPerf publish: (end to end - time to first token) / (output tokens - 1).
 *
 * Too small when the first chunk holds several tokens; kept for comparison. `undefined` for one token or none, and where the whole
 * reply came at one instant (less than a nanosecond a token), since its reciprocal is a speed.
 */
export function interTokenLatency(record: RequestRecord): number | undefined {
  const { firstTokenMs, lastTokenMs } = record
  const count = outputCount(record)
  if (firstTokenMs === undefined || lastTokenMs === undefined || count === undefined || count.tokens < 2)
    return undefined
  const latencyMs = (lastTokenMs - firstTokenMs) / (count.tokens - 1)
  return latencyMs >= nanosecondInMs ? latencyMs : undefined
}

const nanosecondInMs = 1e-6
