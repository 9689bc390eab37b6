import {
  type Clock,
  type Plan,
  type PlannedRequest,
  type RequestRecord,
  replay,
  type Target,
} from '@reprise/replay-engine'
import type { Corpus } from '@reprise/trace'
import { type SeenRequest, seenFrom } from './seen-request.ts'

/** What became of the requests of a plan, by their names. */
export interface Played {
  readonly requests: ReadonlyMap<string, PlannedRequest>
  /** Those that ended well, from the instant at which each was sent. */
  readonly seen: ReadonlyMap<string, SeenRequest>
  readonly dueMs: ReadonlyMap<string, number>
  /** When whoever plays the plan knew that a reply had ended, from which what waits for it is due. */
  readonly endedMs: ReadonlyMap<string, number>
}

export async function playPlan(options: {
  readonly plan: Plan
  readonly corpus: Corpus
  readonly clock: Clock
  readonly target: Target
}): Promise<Played> {
  const { clock, target } = options
  const requests = new Map<string, PlannedRequest>()
  const endedMs = new Map<string, number>()
  const records: RequestRecord[] = []
  const noting: Target = {
    send: (request, ...rest) => {
      requests.set(request.id, request)
      return target.send(request, ...rest)
    },
  }
  const onRecord = (record: RequestRecord) => {
    // What waits for this reply is dated right behind.
    endedMs.set(record.id, clock.now())
    records.push(record)
  }
  await replay({ ...options, target: noting, onRecord })
  return { requests, seen: seenOf(records), dueMs: new Map(records.map(({ id, dueMs }) => [id, dueMs])), endedMs }
}

function seenOf(records: readonly RequestRecord[]): ReadonlyMap<string, SeenRequest> {
  const ended = records.filter(({ outcome, sentMs }) => outcome.kind === 'ok' && sentMs !== undefined)
  return new Map(
    ended.map(({ id, sentMs, inputTokens = 0, outputTokens = 0, cachedTokens = 0, ...instants }) => [
      id,
      seenFrom(sentMs!, { ...instants, inputTokens, outputTokens, cachedTokens }),
    ]),
  )
}
