import { type Plan, type PlannedRequest, type RequestRecord, replay, type Target } from '@reprise/replay-engine'
import type { Clock } from '@reprise/replay-engine/clock'
import type { Corpus } from '@reprise/trace'
import type { ClientReply } from './client-reply.ts'

/** What became of requests, by their names. */
export interface Played {
  readonly requests: ReadonlyMap<string, PlannedRequest>
  /** Of those that ended well. */
  readonly replies: ReadonlyMap<string, ClientReply>
}

/** Plays a plan as `replay` and `simulate` do: what waits for a reply is sent when that has ended. */
export async function playClosed(options: {
  readonly plan: Plan
  readonly corpus: Corpus
  readonly clock: Clock
  readonly target: Target
}): Promise<Played> {
  const { target } = options
  const requests = new Map<string, PlannedRequest>()
  const records: RequestRecord[] = []
  const noting: Target = {
    send: (request, ...rest) => {
      requests.set(request.id, request)
      return target.send(request, ...rest)
    },
  }
  await replay({ ...options, target: noting, onRecord: (record) => records.push(record) })
  const ended = records.filter(({ outcome }) => outcome.kind === 'ok')
  return { requests, replies: new Map(ended.map((record) => [record.id, replyOf(record)])) }
}

function replyOf(record: RequestRecord): ClientReply {
  const { dueMs, doneMs, inputTokens = 0, outputTokens = 0, cachedTokens = 0 } = record
  const instants = {
    dueMs,
    sentMs: record.sentMs!,
    firstTokenMs: record.firstTokenMs!,
    lastTokenMs: record.lastTokenMs!,
  }
  return { ...instants, doneMs, inputTokens, outputTokens, cachedTokens }
}
