import type { MeasuredRequest } from './measured-requests.ts'

/** A stretch in which a client neither sent nor read anything, in milliseconds since its run began. */
export interface ClientStall {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * When the client of a run stood still, from its own side of the records alone, in order and apart:
 *
 * - from when a request was due until it was sent, where that is long;
 * - before tokens that came faster than an engine makes them, and so had waited: the longest silence of the reply, where what came outside of it came at once, or all
 *   of the time before its first token in which the client was not seen, where the whole reply came at once.
 *
 * A stretch ends where the records show the client sending or reading. Replies without a count of chunks tell nothing of the second kind.
 *
 * @param paceMs the quickest at which an engine gives one reply its tokens
 */
export function clientStalls(requests: readonly MeasuredRequest[], paceMs: number): ClientStall[] {
  const seenMs = requests.flatMap(({ sentMs, firstMs, lastMs }) => [sentMs, firstMs, lastMs]).sort((a, b) => a - b)
  const found = requests.flatMap((request) => [...lateSend(request), ...waitedTokens(request, seenMs, paceMs)])
  const unseen = found.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, seenAfter(fromMs, seenMs)) }))
  return joined(unseen.filter(({ fromMs, toMs }) => toMs - fromMs >= leastStallMs))
}

/** Timers and threads make a client late by less than this, in milliseconds. */
const leastStallMs = 20
/** Of the pace: tokens that come so much faster had waited. */
const atOnceShare = 0.5
/** Instants that are nearer to one another are of one awakening. */
const togetherMs = 1

/** Of several stretches that end in one awakening, the first thing that the client did then. */
function seenAfter(fromMs: number, seenMs: readonly number[]): number {
  return seenMs.find((atMs) => atMs > fromMs + togetherMs) ?? Infinity
}

function lateSend({ dueMs, sentMs }: MeasuredRequest): ClientStall[] {
  return dueMs === undefined ? [] : [{ fromMs: dueMs, toMs: sentMs }]
}

function waitedTokens(
  { sentMs, firstMs, lastMs, chunks = 0, longestGapMs = 0 }: MeasuredRequest,
  seenMs: readonly number[],
  paceMs: number,
): ClientStall[] {
  const atOnceMs = atOnceShare * paceMs * (chunks - 1)
  if (chunks < fewestChunks) return []
  if (lastMs - firstMs < atOnceMs) {
    const before = seenMs.findLast((atMs) => atMs < firstMs - paceMs) ?? sentMs
    return [{ fromMs: Math.max(before, sentMs), toMs: firstMs }]
  }
  const restMs = lastMs - firstMs - longestGapMs
  if (restMs >= atOnceMs) return []
  // It lies somewhere between first and last token, and ended when the client was seen and had not been for as long.
  const toMs = seenMs.find(
    (atMs) =>
      atMs >= lastMs - restMs - togetherMs &&
      !seenMs.some((other) => other > atMs - longestGapMs + togetherMs && other < atMs - togetherMs),
  )
  return toMs === undefined || toMs > lastMs + togetherMs ? [] : [{ fromMs: toMs - longestGapMs, toMs }]
}

/** Of fewer, one delayed chunk looks like several that waited. */
const fewestChunks = 4

function joined(stalls: readonly ClientStall[]): ClientStall[] {
  const apart: ClientStall[] = []
  for (const stall of stalls.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = apart.at(-1)
    if (last && stall.fromMs <= last.toMs)
      apart[apart.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, stall.toMs) }
    else apart.push(stall)
  }
  return apart
}
