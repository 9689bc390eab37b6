import { type EngineConfig, makeEngine } from '@reprise/engine-sim/core'
import type { Arrival } from './arrivals-of.ts'

/** What engines made of arrivals, and in which time of the wall: the engines alone, no records are made. */
export interface FleetRun {
  readonly requests: number
  /** Share of prompt tokens that were found in a cache when their request was first admitted. */
  readonly hitRate: number
  readonly meanTtftMs: number
  readonly wallS: number
  /** Of processors: what a machine that does other things besides shows too. */
  readonly cpuS: number
}

export function runFleet(config: EngineConfig, arrivals: readonly Arrival[]): FleetRun {
  const seen = { requests: 0, cachedTokens: 0, ttftMs: 0, promptTokens: 0 }
  const engine = makeEngine(
    config,
    {
      tokens: () => {},
      finished: ({ promptTokens }, cachedTokens, _atMs, { queuedMs, firstTokenMs }) => {
        seen.requests += 1
        seen.promptTokens += promptTokens
        seen.cachedTokens += cachedTokens
        seen.ttftMs += firstTokenMs - queuedMs
      },
    },
    { fastForward: true },
  )
  const startMs = performance.now()
  const before = process.cpuUsage()
  for (const [at, { atMs, ...request }] of arrivals.entries()) {
    for (let wakeMs = engine.wakeMs; wakeMs !== undefined && wakeMs < atMs; wakeMs = engine.wakeMs)
      engine.advance(wakeMs)
    engine.submit({ ...request, id: String(at), finishReason: 'length' }, atMs)
  }
  while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
  const { user, system } = process.cpuUsage(before)
  return {
    requests: seen.requests,
    hitRate: seen.cachedTokens / seen.promptTokens,
    meanTtftMs: seen.ttftMs / seen.requests,
    wallS: (performance.now() - startMs) / 1_000,
    cpuS: (user + system) / 1e6,
  }
}
