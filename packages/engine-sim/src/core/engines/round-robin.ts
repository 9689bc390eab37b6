import type { Router } from './router.ts'

/** Sends each request to the engine after the one that got the request before. */
export function roundRobin(engines: number): Router {
  let sent = 0
  return {
    choose() {
      const at = sent % engines
      sent += 1
      return at
    },
  }
}
