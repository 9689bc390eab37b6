import type { RequestRecord } from '@reprise/replay-engine'
import { outputCount } from './output-count.ts'

/** From sending to the last token; usage and end markers that come behind it do not count. `undefined` when no token came. */
export function endToEnd({ sentMs, lastTokenMs }: RequestRecord): number | undefined {
  return sentMs === undefined || lastTokenMs === undefined ? undefined : lastTokenMs - sentMs
}

/** From the instant the plan wanted the request sent to its last token. */
export function endToEndFromDue({ dueMs, lastTokenMs }: RequestRecord): number | undefined {
  return lastTokenMs === undefined ? undefined : lastTokenMs - dueMs
}

/**
 * The whole wait for a reply, divided among its tokens: what `e2e_interactivity` is the reciprocal of. `undefined` when no token came, or
 * no time passed.
 *
 * Source: InferenceX, request_metrics.py (`e2e_norm_intvty`, from the end-to-end latency and the output length of each request).
 */
export function endToEndPerToken(record: RequestRecord): number | undefined {
  const [ms, tokens = 0] = [endToEnd(record), outputCount(record)?.tokens]
  return ms === undefined || tokens === 0 || ms < LEAST_MS * tokens ? undefined : ms / tokens
}

/** A nanosecond a token is no wait, and its reciprocal no speed. */
const LEAST_MS = 1e-6
