import type { Router } from './fleet.ts'

/** A router that sends each request to the engine after the one that got the request before. It counts for itself: one for a fleet. */
export function roundRobin(): Router {
  let sent = 0
  return (_request, engines) => {
    const at = sent % engines.length
    sent += 1
    return at
  }
}
