import { sessionOf } from '../session-of.ts'
import { RequestsInFlight } from './requests-in-flight.ts'
import type { Router } from './router.ts'

interface Home {
  readonly engine: number
  usedMs: number
}

/**
 * Keeps each session at the engine that took its first request: the one with the fewest requests then, of several the first. A session of
 * which nothing was heard for longer than `idleS` is a new one; 0: never. A request without a session is one of its own.
 */
export function sessionAffinity(engines: number, { idleS }: { readonly idleS: number }): Router {
  const inFlight = new RequestsInFlight(engines)
  /** The one heard of longest ago first. */
  const homes = new Map<string | number, Home>()
  return {
    choose(request, nowMs) {
      if (idleS > 0) forget(homes, nowMs - idleS * 1_000)
      const session = sessionOf(request)
      const home = session === undefined ? undefined : homes.get(session)
      const engine = home?.engine ?? inFlight.least()
      if (session !== undefined) {
        homes.delete(session)
        homes.set(session, { engine, usedMs: nowMs })
      }
      inFlight.add(engine)
      return engine
    },
    ended: (engine) => inFlight.take(engine),
  }
}

/** Forgets the sessions that were used before an instant. */
function forget(homes: Map<string | number, Home>, beforeMs: number): void {
  for (const [session, { usedMs }] of homes) {
    if (usedMs >= beforeMs) return
    homes.delete(session)
  }
}
