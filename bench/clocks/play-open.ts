import type { PlannedRequest, Target } from '@reprise/replay-engine'
import { type Clock, sleepUntil } from '@reprise/replay-engine/clock'
import { ReplyObservation } from '@reprise/wire'
import type { ClientReply } from './client-reply.ts'

/** A request, and the instant at which it is to be sent. */
export interface DatedRequest {
  readonly request: PlannedRequest
  readonly atMs: number
}

/**
 * Sends every request at its instant, whatever became of those before.
 *
 * @throws Error where one does not end well.
 */
export async function playOpen(
  dated: readonly DatedRequest[],
  { clock, target }: { readonly clock: Clock; readonly target: Target },
): Promise<ReadonlyMap<string, ClientReply>> {
  const replies = dated.map(async ({ request, atMs }) => {
    await sleepUntil(clock, atMs)
    return [request.id, await replyTo(request, { atMs, clock, target })] as const
  })
  return new Map(await Promise.all(replies))
}

async function replyTo(
  request: PlannedRequest,
  { atMs, clock, target }: { readonly atMs: number; readonly clock: Clock; readonly target: Target },
): Promise<ClientReply> {
  const observation = new ReplyObservation({ keepChunkGaps: false })
  const outcome = await target.send(request, observation, new AbortController().signal)
  const { id, inputTokens, outputTokens } = request
  if (outcome.kind !== 'ok') throw new Error(`${id}: ${outcome.kind}`)
  const { sentMs, firstTokenMs, lastTokenMs } = observation.reply()
  const doneMs = observation.endedMs ?? clock.now()
  const cachedTokens = outcome.usage?.cachedTokens ?? 0
  const instants = { dueMs: atMs, sentMs: sentMs!, firstTokenMs: firstTokenMs!, lastTokenMs: lastTokenMs! }
  return { ...instants, doneMs, inputTokens, outputTokens, cachedTokens }
}
