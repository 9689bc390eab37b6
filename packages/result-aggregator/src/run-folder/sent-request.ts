import { parseAddress, type RequestRecord, type SentRequest } from '@reprise/replay-engine'
import { begunMs } from '../audit/instant-problem.ts'

/** What a record tells of the order in which requests met a cache. */
export function sentRequest(record: RequestRecord): SentRequest & { readonly doneMs: number } {
  const { lane, play, sessionIndex, turn } = parseAddress(record.id)
  const sentMs = begunMs(record)
  const sends = sentMs !== undefined || record.outcome.kind === 'failed'
  return { lane, play, sessionIndex, turn, atMs: sentMs ?? record.doneMs, sends, doneMs: record.doneMs }
}
