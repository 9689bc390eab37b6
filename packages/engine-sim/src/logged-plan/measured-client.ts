import { type ClientStall, clientStalls } from './client-stalls.ts'
import type { LateClient } from './late-client.ts'
import type { MeasuredRequest } from './measured-requests.ts'
import type { PlayedRequest } from './run-closed-loop.ts'

/** A client as late as the one of a measured run, and when that stood still. */
export interface MeasuredClient extends LateClient {
  /** In milliseconds since its first request was due. */
  readonly stalls: readonly ClientStall[]
}

/**
 * The client of a measured run, from its own side of the records: it stands still when that stood still, and sends each request as much later as that did. What an engine
 * did is not in it, but for the pace of a reply, which is that of the play.
 *
 * @param punctual the same plan, played with a client that is never late
 */
export function measuredClient(
  requests: readonly MeasuredRequest[],
  punctual: readonly PlayedRequest[],
): MeasuredClient {
  const beganMs = least(requests.map(({ sentMs, dueMs = sentMs }) => dueMs))
  const stalls = clientStalls(requests, paceOf(punctual)).map(({ fromMs, toMs }) => ({
    fromMs: fromMs - beganMs,
    toMs: toMs - beganMs,
  }))
  const playBeganMs = least(punctual.map(({ sentMs }) => sentMs))
  const awakeMs = (atMs: number, originMs: number) => {
    const stall = stalls.find(({ fromMs, toMs }) => atMs - originMs >= fromMs && atMs - originMs < toMs)
    return stall ? stall.toMs + originMs : atMs
  }
  const lateMs = new Map(
    requests.map(({ id, sentMs, dueMs = sentMs }) => [id, Math.max(0, sentMs - awakeMs(dueMs, beganMs))]),
  )
  return {
    stalls,
    sendsMs: (id, dueMs) => awakeMs(dueMs, playBeganMs) + (lateMs.get(id) ?? 0),
    seesMs: (atMs) => awakeMs(atMs, playBeganMs),
  }
}

/** Milliseconds for a token of the quickest reply. */
function paceOf(played: readonly PlayedRequest[]): number {
  const paces = played.flatMap(({ firstMs, lastMs, outputTokens }) =>
    outputTokens > 1 ? [(lastMs - firstMs) / (outputTokens - 1)] : [],
  )
  return paces.length === 0 ? 0 : least(paces)
}

function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Infinity)
}
