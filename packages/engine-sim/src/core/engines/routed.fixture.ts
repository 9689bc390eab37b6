import { requestOf } from '../engine.fixture.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { Router } from './router.ts'

/** Requests with sessions, by name: `a1` is a request of session `a`; one block of four tokens and one token. */
export function turnOf(name: string): EngineRequest {
  return { ...requestOf(name, 5, 1, name[0]), session: name[0]! }
}

/** Where each request goes, all at instant 0 and none ending. */
export function placesOf(router: Router, names: readonly string[]): number[] {
  return names.map((name) => router.choose(turnOf(name), 0))
}
