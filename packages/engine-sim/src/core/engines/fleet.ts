import type { Engine, EngineCounts, EngineOptions, Hold } from '../engine.ts'
import type { EngineListener, EngineRequest, RequestTiming } from '../engine-request.ts'
import { sumOfCounts } from '../sum-of-counts.ts'
import { FleetEvents } from './fleet-events.ts'
import type { Router } from './router.ts'

/** Makes one engine of a fleet, with the listener that it is to tell, and who hears of its blocks. */
export type FleetEngineMaker = (listener: EngineListener, options: Pick<EngineOptions, 'blocks'>) => Engine

/**
 * Engines behind a router, as one engine: a request stays where it was sent, and what happens is told in the order of its instants,
 * at equal ones in the order of the engines. A fleet of one is that engine, call by call.
 */
export class Fleet implements Engine {
  readonly #engines: readonly Engine[]
  readonly #router: Router
  readonly #events: FleetEvents
  /** The router goes by what engines do. */
  readonly #tellsRouter: boolean
  /** Number of the engine of each request that has not ended. */
  readonly #homes = new Map<string, number>()
  /** Instant up to which it was last computed. */
  #advancedMs = Number.NEGATIVE_INFINITY
  /** An engine is being called, and tells. */
  #isCalling = false
  /** Those that are not held, since the last hold. */
  #free = 0

  /** @throws RangeError without an engine; whatever `makes` throw. */
  constructor(makes: readonly FleetEngineMaker[], router: Router, listener: EngineListener) {
    if (makes.length === 0) throw new RangeError('a fleet needs at least one engine')
    this.#router = router
    this.#tellsRouter = makes.length > 1 && Boolean(router.began ?? router.ended ?? router.changed)
    this.#events = new FleetEvents(makes.length, router)
    this.#engines = makes.map((make, at) =>
      make(this.#told(listener, at), this.#tellsRouter && router.changed ? { blocks: this.#events.blocksOf(at) } : {}),
    )
  }

  get wakeMs(): number | undefined {
    return this.#firstToWake()?.wakeMs
  }

  /** Sums over the engines. */
  get counts(): EngineCounts {
    return this.engineCounts.reduce(sumOfCounts)
  }

  /** Of each engine, in their order. */
  get engineCounts(): readonly EngineCounts[] {
    if (!this.#isCalling) {
      this.#call(() => {
        for (const engine of this.#engines) this.#forward(engine)
      })
    }
    return this.#engines.map(({ counts }) => counts)
  }

  /** @throws RangeError as an engine does, and when the router names an engine that there is not. */
  submit(request: EngineRequest, nowMs: number): void {
    if (this.#homes.has(request.id)) throw new RangeError(`request ${request.id} is already in the engine`)
    if (this.#tellsRouter) {
      this.catchUp(nowMs)
      this.#events.tell(nowMs)
    }
    const at = this.#router.choose(request, nowMs)
    const home = this.#engines[at]
    if (!home) throw new RangeError(`the router sends request ${request.id} to engine ${at} of ${this.#engines.length}`)
    try {
      home.submit(request, nowMs)
    } catch (error) {
      this.#router.ended?.(at, request)
      throw error
    }
    this.#homes.set(request.id, at)
    this.#events.keep(request)
  }

  abort(id: string, nowMs: number): boolean {
    const at = this.#homes.get(id)
    if (at === undefined) return false
    this.#homes.delete(id)
    this.#events.abort(at, id)
    return this.#engines[at]!.abort(id, nowMs)
  }

  /** Number of the engine of a request that has not ended, or keeps its blocks. */
  homeOf(id: string): number | undefined {
    return this.#homes.get(id)
  }

  receive(id: string, nowMs: number): void {
    const home = this.#homes.get(id)
    if (home !== undefined) this.#engines[home]!.receive?.(id, nowMs)
  }

  letGo(id: string, nowMs: number): void {
    const home = this.#homes.get(id)
    this.#homes.delete(id)
    if (home !== undefined) this.#engines[home]!.letGo?.(id, nowMs)
  }

  advance(nowMs: number): void {
    for (let next = this.#firstToWake(); next; next = this.#firstToWake()) {
      const wakeMs = next.wakeMs!
      if (wakeMs > nowMs) break
      this.#call(() => next!.advance(wakeMs))
    }
    this.#advancedMs = Math.max(this.#advancedMs, nowMs)
    if (this.#engines.length === 1) this.#call(() => this.#forward(this.#engines[0]!))
  }

  catchUp(nowMs: number): void {
    if (this.#isCalling) return
    for (let next = this.#firstToWake(); next; next = this.#firstToWake()) {
      const wakeMs = next.wakeMs!
      if (wakeMs >= nowMs) break
      this.#call(() => next!.advance(wakeMs))
    }
    // Steps with nothing to tell but blocks.
    this.#call(() => {
      for (const engine of this.#engines) engine.catchUp(nowMs)
    })
  }

  generated(nowMs: number): ReadonlyMap<string, number> {
    return new Map(this.#engines.flatMap((engine) => [...engine.generated(nowMs)]))
  }

  resetPrefixCache(): boolean {
    const { running, waiting } = this.counts
    if (running + waiting > 0) return false
    return this.#engines.map((engine) => engine.resetPrefixCache()).every(Boolean)
  }

  /** Held when all of them are. */
  hold(hold: Hold, nowMs: number): void {
    this.#free = this.#engines.length
    for (const engine of this.#engines) engine.hold(hold, nowMs)
  }

  release(nowMs: number): void {
    for (const engine of this.#engines) engine.release(nowMs)
  }

  /** Computes steps with nothing to tell, which a fast-forwarding engine does not wake for. One that waits to begin is left to who drives it. */
  #forward(engine: Engine): void {
    if (engine.wakeMs !== undefined && engine.wakeMs > this.#advancedMs) engine.advance(this.#advancedMs)
  }

  #told(listener: EngineListener, at: number): EngineListener {
    const events = this.#tellsRouter ? this.#events : undefined
    return {
      tokens: (request, count, atMs, cachedTokens) => {
        events?.began(at, request, atMs)
        listener.tokens(request, count, atMs, cachedTokens)
      },
      reserved: (request, missingTokens, atMs) => listener.reserved?.(request, missingTokens, atMs),
      ...(listener.computed && { computed: listener.computed }),
      ...(listener.step && { step: listener.step }),
      held: (atMs) => {
        this.#free -= 1
        if (this.#free === 0) listener.held?.(atMs)
      },
      finished: (request, cachedTokens, atMs, timing: RequestTiming) => {
        if (!request.keepsBlocks) this.#homes.delete(request.id)
        events?.ended(at, request, atMs)
        listener.finished(request, cachedTokens, atMs, timing)
      },
    }
  }

  #call(engines: () => void): void {
    this.#isCalling = true
    try {
      engines()
    } finally {
      this.#isCalling = false
    }
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
