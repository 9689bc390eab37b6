import { RequestsInFlight } from './requests-in-flight.ts'
import type { Router } from './router.ts'

/** Sends each request to the engine that has the fewest which have not ended; of several the first. */
export function leastLoaded(engines: number): Router {
  const inFlight = new RequestsInFlight(engines)
  return {
    choose() {
      const at = inFlight.least()
      inFlight.add(at)
      return at
    },
    ended: (engine) => inFlight.take(engine),
  }
}
