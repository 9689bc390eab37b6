import type { RequestRecord } from '@reprise/replay-engine'
import { firstChunkTokens, outputCount } from './output-count.ts'
import type { ProfilingWindow } from './profiling-windows.ts'

/**
 * Output tokens of a request whose instants lie in the window, start excluded and end included: whole tokens, so that the shares
 * of adjoining windows add up to the reply.
 *
 * The first chunk's tokens stand at the first token's instant. The others are spread evenly over the later chunks where arrivals
 * were kept, else over the time from the first token to the last.
 */
export function tokensInWindow(record: RequestRecord, { startMs, endMs }: ProfilingWindow): number {
  return tokensUntil(record, endMs) - tokensUntil(record, startMs)
}

/** Tokens that had come at `instantMs`, that instant included. */
function tokensUntil(record: RequestRecord, instantMs: number): number {
  const tokens = outputCount(record)?.tokens
  const { firstTokenMs } = record
  if (tokens === undefined || firstTokenMs === undefined || instantMs < firstTokenMs) return 0
  const lastTokenMs = record.lastTokenMs ?? firstTokenMs
  if (instantMs >= lastTokenMs) return tokens
  const first = firstChunkTokens(record, tokens)
  const later = record.chunkGapsMs
    ? chunkShare(record.chunkGapsMs, instantMs - firstTokenMs)
    : (instantMs - firstTokenMs) / (lastTokenMs - firstTokenMs)
  return first + Math.floor((tokens - first) * later)
}

/** Share of the chunks after the first that had come `elapsedMs` after it. */
function chunkShare(gapsMs: readonly number[], elapsedMs: number): number {
  let arrived = 0
  let atMs = 0
  for (const gapMs of gapsMs) {
    atMs += gapMs
    if (atMs > elapsedMs) break
    arrived += 1
  }
  return gapsMs.length === 0 ? 1 : arrived / gapsMs.length
}
