import type { RequestRecord } from '@reprise/replay-engine'
import { firstReadOf } from './first-read.ts'
import { outputCount } from './output-count.ts'
import type { ProfilingWindow } from './profiling-windows.ts'
import { replyPace } from './reply-pace.ts'

/**
 * Output tokens of a request whose instants lie in the window, start excluded and end included: whole tokens, so that the shares
 * of adjoining windows add up to the reply.
 *
 * The first read's tokens stand at the first token's instant. The others are spread evenly over the later chunks where arrivals
 * were kept, else over the time from the first token to the last, with what had come when measuring ended where a simulation tells it; those of
 * a reply that kept tokens back, over all the time from sending to its end.
 */
export function tokensInWindow(record: RequestRecord, { startMs, endMs }: ProfilingWindow): number {
  return tokensUntil(record, endMs) - tokensUntil(record, startMs)
}

/** The first and the last instant at which a reply yielded tokens, as far as is known; `undefined` when it yielded none. */
export function yieldSpan(record: RequestRecord): { readonly firstMs: number; readonly lastMs: number } | undefined {
  const { kind } = record.outcome
  if (kind !== 'ok' && kind !== 'cancelled') return undefined
  const { firstTokenMs, doneMs } = record
  if (replyPace(record).kind === 'hidden') return { firstMs: firstTokenMs ?? doneMs, lastMs: doneMs }
  if (firstTokenMs === undefined) return undefined
  // Of one that was cancelled in the drain, the last that was told came with the first.
  const lastMs = Math.max(record.lastTokenMs ?? firstTokenMs, record.tokensAtClose?.atMs ?? firstTokenMs)
  return { firstMs: firstTokenMs, lastMs }
}

/** Tokens that had come at `instantMs`, that instant included. */
function tokensUntil(record: RequestRecord, instantMs: number): number {
  const tokens = outputCount(record)?.tokens
  if (tokens === undefined) return 0
  if (instantMs >= Math.max(record.doneMs, record.lastTokenMs ?? 0))
    return Math.max(tokens, record.tokensAtClose?.tokens ?? 0)
  if (instantMs <= (record.sentMs ?? -Infinity)) return 0
  if (replyPace(record).kind === 'hidden') return hiddenUntil(record, tokens, instantMs)
  const { firstTokenMs } = record
  if (firstTokenMs === undefined || instantMs < firstTokenMs) return 0
  const lastTokenMs = record.lastTokenMs ?? firstTokenMs
  if (record.tokensAtClose) return toldUntil(record.tokensAtClose, { record, tokens, instantMs })
  if (instantMs >= lastTokenMs) return tokens
  const first = firstReadOf(record, tokens).tokens
  const later = record.chunkGapsMs
    ? chunkShare(record.chunkGapsMs, {
        elapsedMs: instantMs - firstTokenMs,
        before: (record.chunksInFirstRead ?? 1) - 1,
      })
    : (instantMs - firstTokenMs) / (lastTokenMs - firstTokenMs)
  return first + Math.floor((tokens - first) * later)
}

/** Evenly from the first token to what had come when measuring ended, and from there to the last. */
function toldUntil(
  close: NonNullable<RequestRecord['tokensAtClose']>,
  {
    record,
    tokens,
    instantMs,
  }: { readonly record: RequestRecord; readonly tokens: number; readonly instantMs: number },
): number {
  const { firstTokenMs = 0, lastTokenMs = firstTokenMs } = record
  const first = Math.min(firstReadOf(record, tokens).tokens, close.tokens)
  if (instantMs < close.atMs)
    return first + Math.floor((close.tokens - first) * shareOf(instantMs, firstTokenMs, close.atMs))
  if (lastTokenMs <= close.atMs) return Math.max(tokens, close.tokens)
  return close.tokens + Math.floor((tokens - close.tokens) * shareOf(instantMs, close.atMs, lastTokenMs))
}

/** Of the time from one instant to another, the share that is over. */
function shareOf(instantMs: number, fromMs: number, toMs: number): number {
  return toMs <= fromMs ? 1 : Math.min(1, (instantMs - fromMs) / (toMs - fromMs))
}

function hiddenUntil({ sentMs, doneMs }: RequestRecord, tokens: number, instantMs: number): number {
  return sentMs === undefined ? 0 : Math.floor((tokens * (instantMs - sentMs)) / (doneMs - sentMs))
}

/** Share of the chunks after those of the first read, `before` of which have a gap, that had come `elapsedMs` after it. */
function chunkShare(gapsMs: readonly number[], { elapsedMs, before }: { elapsedMs: number; before: number }): number {
  let arrived = 0
  let atMs = 0
  for (const gapMs of gapsMs) {
    atMs += gapMs
    if (atMs > elapsedMs) break
    arrived += 1
  }
  const later = gapsMs.length - before
  return later <= 0 ? 1 : Math.max(0, arrived - before) / later
}
