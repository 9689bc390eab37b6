import { type EngineConfig, EngineTarget } from '@reprise/engine-sim'
import { type PlannedRequest, sleepUntil, VirtualClock } from '@reprise/replay-engine'
import type { Observer } from '@reprise/wire'

/** A request, and the instant at which a server took it for come. */
export interface HeardRequest {
  readonly request: PlannedRequest
  readonly atMs: number
}

export interface HeardReply {
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
}

/**
 * What the engine model, in process and on its own time, makes of requests that come at given instants, by their names: what a server that
 * heard them then has to have made of them, since nothing of a client, a connection or a timer is left between the two.
 *
 * @throws Error where the engine refuses one.
 */
export function simulateHeard(engine: EngineConfig, heard: readonly HeardRequest[]): Promise<Map<string, HeardReply>> {
  const clock = new VirtualClock()
  const target = new EngineTarget(clock, engine, { everyToken: true })
  return clock.run(async () => {
    const replies = heard.map(async ({ request, atMs }) => {
      await sleepUntil(clock, atMs)
      return [request.id, await replyTo(request, target)] as const
    })
    return new Map(await Promise.all(replies))
  })
}

async function replyTo(request: PlannedRequest, target: EngineTarget): Promise<HeardReply> {
  const tokens: { firstTokenMs?: number; lastTokenMs?: number } = {}
  const observer: Observer = {
    connecting() {},
    sent() {},
    headers() {},
    resent() {},
    chunk(atMs) {
      tokens.firstTokenMs ??= atMs
      tokens.lastTokenMs = atMs
    },
  }
  const outcome = await target.send(request, observer, new AbortController().signal)
  const { id, inputTokens, outputTokens } = request
  if (outcome.kind !== 'ok') throw new Error(`${id}: ${outcome.kind}`)
  return { ...tokens, inputTokens, outputTokens, cachedTokens: outcome.usage?.cachedTokens ?? 0 }
}
