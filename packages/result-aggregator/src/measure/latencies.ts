import type { RequestRecord } from '@reprise/replay-engine'
import type { MetricName } from '../result/metric.ts'
import { endToEnd, endToEndFromDue, endToEndPerToken } from './end-to-end.ts'
import { longestChunkGap } from './longest-chunk-gap.ts'
import { interTokenLatency, timePerOutputToken } from './time-per-token.ts'
import { timeToFirstAnswerToken, timeToFirstToken, timeToFirstTokenFromDue } from './time-to-first-token.ts'

/** One value per request that ended well; a failure counts as infinitely slow in `withFailures`. */
export const latencies = {
  ttft: timeToFirstToken,
  ttfat: timeToFirstAnswerToken,
  tpot: timePerOutputToken,
  itl_compat: interTokenLatency,
  e2e: endToEnd,
  e2e_per_token: endToEndPerToken,
  longest_chunk_gap: longestChunkGap,
  co_ttft: timeToFirstTokenFromDue,
  co_e2e: endToEndFromDue,
} satisfies Partial<Record<MetricName, (record: RequestRecord) => number | undefined>>

export type LatencyName = keyof typeof latencies
export const latencyNames = Object.keys(latencies) as LatencyName[]

/** What the end of the run cannot cut off once it has happened, though it may cut off the reply. */
export const knownEarly: ReadonlySet<LatencyName> = new Set(['ttft', 'ttfat', 'co_ttft'])
