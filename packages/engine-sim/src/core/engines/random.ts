import { diceOf } from './dice.ts'
import type { Router } from './router.ts'

/** Sends each request to any engine, all alike likely, by a seeded stream. */
export function randomRouter(engines: number, { seed }: { readonly seed: number }): Router {
  const roll = diceOf(seed)
  return { choose: () => Math.floor(roll() * engines) }
}
