import { keyOfText, mixKey } from '../mix-key.ts'
import { sessionOf } from '../session-of.ts'
import { RequestsInFlight } from './requests-in-flight.ts'
import type { Router } from './router.ts'

interface Point {
  readonly at: number
  readonly engine: number
}

export interface ConsistentHashOptions {
  /** Points of each engine on the ring. */
  readonly points: number
  /** Most requests of an engine, as a multiple of what each would have if all had alike; 0: no limit. */
  readonly bound: number
}

/**
 * Sends a session to the engine whose point follows the session's on a ring, so that an engine more or less moves few sessions. An engine
 * that has `bound` times its share is passed over for the one of the next point.
 *
 * Source: Karger et al., "Consistent hashing and random trees" (STOC 1997); Mirrokni et al., "Consistent hashing with bounded loads" (SODA 2018).
 */
export function consistentHash(engines: number, { points, bound }: ConsistentHashOptions): Router {
  const ring = ringOf(engines, points)
  const inFlight = new RequestsInFlight(engines)
  let alone = 0
  return {
    choose(request) {
      const session = sessionOf(request)
      if (session === undefined) alone += 1
      const first = followerOf(ring, placeOf(session ?? alone))
      const most = bound > 0 ? Math.ceil((bound * (inFlight.all + 1)) / engines) : Number.POSITIVE_INFINITY
      let at = first
      while (inFlight.of(ring[at]!.engine) >= most) at = (at + 1) % ring.length
      const { engine } = ring[at]!
      inFlight.add(engine)
      return engine
    },
    ended: (engine) => inFlight.take(engine),
  }
}

function ringOf(engines: number, points: number): Point[] {
  const ring = Array.from({ length: engines * points }, (_, number) => {
    const engine = number % engines
    return { at: mixKey(engine + 1, (number - engine) / engines), engine }
  })
  return ring.sort((one, other) => one.at - other.at || one.engine - other.engine)
}

function placeOf(session: string | number): number {
  return mixKey(7, typeof session === 'string' ? keyOfText(session) : session)
}

/** Index of the first point at a place or behind it, the ring being closed. */
function followerOf(ring: readonly Point[], place: number): number {
  let from = 0
  let to = ring.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (ring[middle]!.at < place) from = middle + 1
    else to = middle
  }
  return from % ring.length
}
