import type { Target } from '@reprise/replay-engine'
import { type Clock, sleepUntil } from '@reprise/replay-engine/clock'
import type { Observer } from '@reprise/wire'
import { type Frontend, wayInMs } from '../core/frontend.ts'

/** The target as clients see it through a front end: requests come to it later, and what it tells comes later to them. */
export function behindFrontend(clock: Clock, target: Target, frontend: Frontend): Target {
  const { firstOutMs, lastOutMs } = frontend
  const told = new Set<string>()
  const untilOrAbort = (ms: number, signal: AbortSignal) =>
    sleepUntil(clock, Math.max(ms, clock.now()), signal).catch(() => {})
  return {
    async send(request, observer, signal) {
      if (signal.aborted) return { kind: 'cancelled' }
      const sentMs = clock.now()
      observer.sent(sentMs)
      await untilOrAbort(sentMs + wayInMs(frontend, request.id, request.prompt.seed), signal)
      if (signal.aborted) return { kind: 'cancelled' }
      let latestMs = 0
      const delayed: Observer = {
        connecting() {},
        sent() {},
        resent() {},
        headers: (atMs) => observer.headers(atMs),
        chunk(atMs, ...chunk) {
          const outMs = latestMs === 0 ? firstOutMs : lastOutMs
          latestMs = Math.max(latestMs, atMs + outMs)
          const toldMs = latestMs
          clock.at(toldMs, () => {
            if (signal.aborted) return
            told.add(request.id)
            observer.chunk(toldMs, ...chunk)
          })
        },
      }
      const outcome = await target.send(request, delayed, signal)
      await untilOrAbort(latestMs, signal)
      told.delete(request.id)
      return signal.aborted ? { kind: 'cancelled' } : outcome
    },
    ...(target.tokensInFlight && {
      // Those of which the client has heard nothing yet have brought it nothing.
      tokensInFlight: () => new Map([...target.tokensInFlight!()].filter(([id]) => told.has(id))),
    }),
  }
}
