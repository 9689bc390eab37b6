import type { Engine, EngineCounts } from '../engine.ts'
import type { EngineListener, EngineRequest } from '../engine-request.ts'

/** Index of the engine that takes a request. Equal calls in equal order must give equal answers. */
export type Router = (request: EngineRequest, engines: readonly Pick<Engine, 'counts'>[]) => number

/**
 * Engines behind a router, as one engine: a request stays where it was sent, and what happens is told in the order of its instants,
 * at equal ones in the order of the engines. A fleet of one is that engine, call by call.
 */
export class Fleet implements Engine {
  readonly #engines: readonly Engine[]
  readonly #router: Router
  /** Where each request is that has not ended. */
  readonly #homes = new Map<string, Engine>()

  /** `makes` makes the engines, each with the listener it is to tell. @throws RangeError without an engine; whatever one of them throws. */
  constructor(makes: readonly ((listener: EngineListener) => Engine)[], router: Router, listener: EngineListener) {
    if (makes.length === 0) throw new RangeError('a fleet needs at least one engine')
    const told: EngineListener = {
      tokens: (request, count, atMs) => listener.tokens(request, count, atMs),
      finished: (request, cachedTokens, atMs, timing) => {
        this.#homes.delete(request.id)
        listener.finished(request, cachedTokens, atMs, timing)
      },
    }
    this.#engines = makes.map((make) => make(told))
    this.#router = router
  }

  get wakeMs(): number | undefined {
    return this.#firstToWake()?.wakeMs
  }

  /** Sums over the engines. */
  get counts(): EngineCounts {
    return this.#engines.map(({ counts }) => counts).reduce(sumOf)
  }

  /** @throws RangeError as an engine does, and when the router names an engine that there is not. */
  submit(request: EngineRequest, nowMs: number): void {
    if (this.#homes.has(request.id)) throw new RangeError(`request ${request.id} is already in the engine`)
    const at = this.#router(request, this.#engines)
    const home = this.#engines[at]
    if (!home) throw new RangeError(`the router sends request ${request.id} to engine ${at} of ${this.#engines.length}`)
    home.submit(request, nowMs)
    this.#homes.set(request.id, home)
  }

  abort(id: string, nowMs: number): boolean {
    const home = this.#homes.get(id)
    this.#homes.delete(id)
    return home?.abort(id, nowMs) ?? false
  }

  advance(nowMs: number): void {
    for (;;) {
      const next = this.#firstToWake()
      if (next?.wakeMs === undefined || next.wakeMs > nowMs) break
      next.advance(next.wakeMs)
    }
    // Steps with nothing to tell, which a fast-forwarding engine does not wake for.
    for (const engine of this.#engines) engine.advance(nowMs)
  }

  generated(nowMs: number): ReadonlyMap<string, number> {
    return new Map(this.#engines.flatMap((engine) => [...engine.generated(nowMs)]))
  }

  resetPrefixCache(): boolean {
    const { running, waiting } = this.counts
    if (running + waiting > 0) return false
    return this.#engines.map((engine) => engine.resetPrefixCache()).every(Boolean)
  }

  #firstToWake(): Engine | undefined {
    let first: Engine | undefined
    for (const engine of this.#engines) {
      if (engine.wakeMs === undefined) continue
      if (first?.wakeMs === undefined || engine.wakeMs < first.wakeMs) first = engine
    }
    return first
  }
}

function sumOf(one: EngineCounts, other: EngineCounts): EngineCounts {
  return {
    steps: one.steps + other.steps,
    preemptions: one.preemptions + other.preemptions,
    queriedTokens: one.queriedTokens + other.queriedTokens,
    hitTokens: one.hitTokens + other.hitTokens,
    promptTokens: one.promptTokens + other.promptTokens,
    cachedPromptTokens: one.cachedPromptTokens + other.cachedPromptTokens,
    generatedTokens: one.generatedTokens + other.generatedTokens,
    finishedRequests: one.finishedRequests + other.finishedRequests,
    running: one.running + other.running,
    waiting: one.waiting + other.waiting,
    totalBlocks: one.totalBlocks + other.totalBlocks,
    usedBlocks: one.usedBlocks + other.usedBlocks,
    freeBlocks: one.freeBlocks + other.freeBlocks,
    cachedBlocks: one.cachedBlocks + other.cachedBlocks,
    evictedBlocks: one.evictedBlocks + other.evictedBlocks,
  }
}
