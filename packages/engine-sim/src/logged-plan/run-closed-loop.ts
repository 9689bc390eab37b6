import type { EngineConfig } from '../core/engine-config.ts'
import { makeEngine } from '../core/engines/make-engine.ts'
import { type Frontend, wayInMs } from '../core/frontend.ts'
import type { StepListenerMaker } from '../core/step-listener.ts'
import type { ClosedLoopPlan } from './closed-loop-plan.ts'
import { type LateClient, punctualClient } from './late-client.ts'

/** What became of one request, in milliseconds since the start. */
export interface PlayedRequest {
  readonly id: string
  readonly sentMs: number
  readonly firstMs: number
  readonly lastMs: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
}

export interface PlayOptions {
  /** Draws the jitter of a front end that has some. Default 1. */
  readonly seed?: number
  /** Default: one that is never late. */
  readonly client?: LateClient
  /** Makes what hears of every step. Default: nobody does. */
  readonly steps?: StepListenerMaker
}

const nothingBetween: Frontend = { inMs: 0, firstOutMs: 0, lastOutMs: 0 }

/**
 * Plays the plan against the engine on the engine's own time: what is sent when follows from when it answers. In the order of the ends. What reaches the engine at
 * the very end of a step is part of the next one, in the order of the lanes.
 *
 * @throws RangeError for a prompt that does not fit the engine.
 */
export function runClosedLoop(
  plan: ClosedLoopPlan,
  config: EngineConfig,
  { seed = 1, client = punctualClient, steps }: PlayOptions = {},
): PlayedRequest[] {
  const frontend = config.frontend ?? nothingBetween
  const { firstOutMs, lastOutMs } = frontend
  const played: PlayedRequest[] = []
  const lanes = plan.lanes.map((turns) => ({ turns, at: 0 }))
  /** What is on its way into the engine, the first to arrive first. */
  const coming: { readonly arrivesMs: number; readonly sentMs: number; readonly lane: number }[] = []
  const open = new Map<string, { readonly lane: number; readonly sentMs: number }>()

  const send = (lane: number, endMs: number) => {
    const { turns, at } = lanes[lane]!
    const turn = turns[at]
    if (!turn) return
    const sentMs = client.sendsMs(turn.request.id, endMs + turn.delayMs)
    const arrivesMs = sentMs + wayInMs(frontend, turn.request.id, seed)
    const later = coming.findIndex(
      (each) => each.arrivesMs > arrivesMs || (each.arrivesMs === arrivesMs && each.lane > lane),
    )
    coming.splice(later < 0 ? coming.length : later, 0, { arrivesMs, sentMs, lane })
  }
  const engine = makeEngine(
    config,
    {
      tokens: () => {},
      finished: ({ id, promptTokens, outputTokens }, cachedTokens, atMs, { firstTokenMs }) => {
        const { lane, sentMs } = open.get(id)!
        open.delete(id)
        const firstMs = client.seesMs(firstTokenMs + firstOutMs)
        const lastMs = Math.max(firstMs, client.seesMs(atMs + lastOutMs))
        played.push({ id, sentMs, firstMs, lastMs, promptTokens, outputTokens, cachedTokens })
        lanes[lane]!.at += 1
        send(lane, lastMs)
      },
    },
    { fastForward: !steps, beforeStep: (atMs) => submitUntil(atMs), ...(steps && { steps }) },
  )
  for (const lane of lanes.keys()) send(lane, 0)
  for (;;) {
    const [next] = coming
    const wakeMs = engine.wakeMs
    if (!next && wakeMs === undefined) return played
    if (next && (wakeMs === undefined || next.arrivesMs <= wakeMs)) submitUntil(next.arrivesMs)
    else engine.advance(wakeMs!)
  }
  function submitUntil(atMs: number) {
    while (coming[0] && coming[0].arrivesMs <= atMs) {
      const next = coming.shift()!
      const { request } = lanes[next.lane]!.turns[lanes[next.lane]!.at]!
      open.set(request.id, { lane: next.lane, sentMs: next.sentMs })
      engine.submit(request, next.arrivesMs)
    }
  }
}
