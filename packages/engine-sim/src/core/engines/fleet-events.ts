import type { EngineRequest } from '../engine-request.ts'
import type { Router } from './router.ts'

interface Event {
  readonly atMs: number
  readonly tell: () => void
}

/**
 * What the engines of a fleet did and its router has not been told of: it hears of what is past when it next chooses, so that a choice does
 * not hang on when engines were called.
 */
export class FleetEvents {
  readonly #router: Router
  /** Of each engine, in order. */
  readonly #pending: Event[][]
  /** Requests that have not come to their first token, and then that have not ended, by id. */
  readonly #began = new Set<string>()
  readonly #live = new Map<string, EngineRequest>()

  constructor(engines: number, router: Router) {
    this.#router = router
    this.#pending = Array.from({ length: engines }, () => [])
  }

  keep(request: EngineRequest): void {
    if (this.#router.ended) this.#live.set(request.id, request)
  }

  blocksOf(engine: number): (keys: readonly number[], atMs: number) => void {
    return (keys, atMs) => this.#add(engine, atMs, () => this.#router.changed?.(engine, keys))
  }

  began(engine: number, request: EngineRequest, atMs: number): void {
    if (!this.#router.began || this.#began.has(request.id)) return
    this.#began.add(request.id)
    this.#add(engine, atMs, () => this.#router.began?.(engine, request))
  }

  ended(engine: number, request: EngineRequest, atMs: number): void {
    this.#began.delete(request.id)
    this.#live.delete(request.id)
    if (this.#router.ended) this.#add(engine, atMs, () => this.#router.ended?.(engine, request))
  }

  /** The router hears of an abort at once. */
  abort(engine: number, id: string): void {
    const request = this.#live.get(id)
    this.#live.delete(id)
    this.#began.delete(id)
    if (request) this.#router.ended?.(engine, request)
  }

  /** Tells the router what happened before an instant. */
  tell(beforeMs: number): void {
    for (const pending of this.#pending) {
      let told = 0
      for (; told < pending.length && pending[told]!.atMs < beforeMs; told += 1) pending[told]!.tell()
      if (told > 0) pending.splice(0, told)
    }
  }

  #add(engine: number, atMs: number, tell: () => void): void {
    this.#pending[engine]!.push({ atMs, tell })
  }
}
