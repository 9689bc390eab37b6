import type { Cancel, Clock } from '@reprise/replay-engine/clock'
import type { Engine, EngineCounts, Hold } from '../core/engine.ts'
import type { EngineListener, EngineRequest } from '../core/engine-request.ts'
import { ArrivalQueue } from './arrival-queue.ts'
import { FasterClock, fasterCounts } from './faster-clock.ts'
import type { ReplySink } from './reply-sink.ts'
import { ReplySinks } from './reply-sinks.ts'

/** What it is called by: default a number of the driver's own. Those who name requests name all of them. */
export type DrivenRequest = Omit<EngineRequest, 'id'> & { readonly id?: string }

/** A request that is not known in full yet. */
export interface AnnouncedRequest {
  /** Instant at which it counts as come: that of the announcement, or now where what follows took too long. */
  readonly atMs: number
  /** What it is; as `submit` of the driver. */
  submit(request: DrivenRequest, sink: ReplySink): Cancel
  /** It is several, which come together. */
  submitAll(arriving: readonly Arriving[]): Cancel[]
  /** It does not come. Harmless once it was submitted. */
  withdraw(): void
}

/** A request, and who hears of it. */
export interface Arriving {
  readonly request: DrivenRequest
  readonly sink: ReplySink
}

export interface DriverOptions {
  /** The engine's time runs so many times as fast as the clock; default 1. What sinks are told is the clock's. */
  readonly speedup?: number
  /** As of an engine's listener. */
  readonly step?: (tokens: number, rank: number) => void
}

/** So long the engine waits for a request that was announced; one that takes longer comes when it is there, and holds nobody up. */
export const longestReadMs = 50

/**
 * An engine on a clock, for both seats: called at the instants at which it wants to be, never before them.
 *
 * A late timer does not slow the engine: its steps end at their modelled instants, and what became due meanwhile is told at once. Nor
 * does reading a request: one that was announced comes at that instant, however long it then takes to be understood.
 */
export class EngineDriver {
  readonly #clock: Clock
  readonly #engine: Engine
  readonly #sinks: ReplySinks
  /** What the engine has not been told, since a request before it is being read. */
  readonly #arrivals = new ArrivalQueue()
  readonly #speedup: number
  #serial = 0
  /** Who waits for the engine to be held. */
  #whenHeld: (() => void)[] = []
  /** The engine is telling sinks, who may call back: it is advanced and its next call is put on the clock when they are done. */
  #isTelling = false
  /** Instant of the one call that is on the clock: the one that the engine wants next. */
  #wakeMs: number | undefined
  #cancel: Cancel = () => {}
  #isClosed = false

  /** `make` makes the engine, with the listener it is to tell. @throws whatever `make` throws. */
  constructor(clock: Clock, make: (listener: EngineListener) => Engine, options: DriverOptions = {}) {
    const { speedup = 1, step } = options
    this.#speedup = speedup
    this.#sinks = new ReplySinks(speedup)
    this.#clock = speedup === 1 ? clock : new FasterClock(clock, speedup)
    this.#engine = make({
      placed: ({ id }, rank) => this.#sinks.get(id)?.placed?.(rank),
      ...(step && { step: (tokens, _atMs, rank) => step(tokens, rank) }),
      held: () => this.#held(),
      tokens: ({ id }, count, atMs, cachedTokens) => this.#sinks.tokens(id, { count, atMs, cachedTokens }),
      finished: ({ id }, cachedTokens, _atMs, timing) => this.#sinks.finished(id, cachedTokens, timing),
    })
  }

  /** Requests that have not ended. */
  get inFlight(): number {
    return this.#sinks.size
  }

  /** State and counters as of now; counters never fall. */
  get counts(): EngineCounts {
    this.#catchUp()
    this.#settle()
    return fasterCounts(this.#engine.counts, this.#speedup)
  }

  /** Hands a request to the engine now. The returned call ends it and frees its blocks; harmless once it has ended. */
  submit(request: DrivenRequest, sink: ReplySink): Cancel {
    const id = request.id ?? this.#newId()
    this.#tell((atMs) => this.#engine.submit({ ...request, id }, atMs), { id, sink })
    this.#sinks.add(id, sink)
    this.#settle()
    return () => this.#abort(id)
  }

  /** A request begins to come: the engine goes no further than this instant until it is submitted or withdrawn, or has taken too long. */
  announce(): AnnouncedRequest {
    this.#catchUp()
    const arrival = this.#arrivals.open(this.#clock.now())
    this.#settle()
    const drop = () => {
      arrival.drop()
      this.#settle()
    }
    const forget = this.#clock.at(arrival.atMs + longestReadMs * this.#speedup, drop)
    const atMs = () => (arrival.isOpen ? arrival.atMs : this.#clock.now()) / this.#speedup
    const submitAll = (arriving: readonly Arriving[]) => {
      forget()
      if (!arrival.isOpen) return arriving.map(({ request, sink }) => this.submit(request, sink))
      const entries = arriving.map(({ request, sink }) => ({
        request: { ...request, id: request.id ?? this.#newId() },
        sink,
      }))
      arrival.fill((atMs) => {
        for (const { request, sink } of entries)
          this.#guarded(request.id, sink, () => this.#engine.submit(request, atMs))
      })
      for (const { request, sink } of entries) this.#sinks.add(request.id, sink)
      this.#settle()
      return entries.map(
        ({ request: { id } }) =>
          () =>
            this.#abort(id),
      )
    }
    return {
      get atMs() {
        return atMs()
      },
      submit: (request, sink) => submitAll([{ request, sink }])[0]!,
      submitAll,
      withdraw: () => {
        forget()
        if (arrival.isOpen) drop()
      },
    }
  }

  /** Output tokens so far of the requests that have any and have not ended, by who hears of them. */
  generated(): Map<ReplySink, number> {
    const byId = this.#engine.generated(this.#catchUp())
    this.#settle()
    const tokens = new Map<ReplySink, number>()
    for (const [id, count] of byId) {
      const sink = this.#sinks.get(id)
      if (sink) tokens.set(sink, count)
    }
    return tokens
  }

  /** Forgets every cached block; false, and nothing happens, while a request is in the engine or on its way there. */
  resetPrefixCache(): boolean {
    this.#catchUp()
    this.#settle()
    if (this.#arrivals.firstMs !== undefined) return false
    return this.#engine.resetPrefixCache()
  }

  /** Stops the engine as it says; kept when it is held, or released meanwhile. */
  hold(hold: Hold): Promise<void> {
    return new Promise((resolve) => {
      this.#whenHeld.push(resolve)
      this.#tell((atMs) => this.#engine.hold(hold, atMs))
      this.#settle()
    })
  }

  release(): void {
    this.#tell((atMs) => this.#engine.release(atMs))
    this.#held()
    this.#settle()
  }

  #held(): void {
    for (const resolve of this.#whenHeld.splice(0)) resolve()
  }

  /** The engine stops where it is. */
  close(): void {
    this.#isClosed = true
    this.#cancel()
    this.#sinks.clear()
  }

  #abort(id: string): void {
    if (!this.#sinks.delete(id)) return
    this.#tell((atMs) => this.#engine.abort(id, atMs))
    this.#settle()
  }

  #newId(): string {
    this.#serial += 1
    return String(this.#serial)
  }

  /** Tells the engine something of now: at once, or when all before it is known; what that throws goes to the sink then. */
  #tell(run: (atMs: number) => void, of?: { readonly id: string; readonly sink: ReplySink }): void {
    const atMs = this.#catchUp()
    if (this.#arrivals.firstMs === undefined) run(atMs)
    else
      this.#arrivals.add(this.#clock.now(), (when) => (of ? this.#guarded(of.id, of.sink, () => run(when)) : run(when)))
  }

  #guarded(id: string, sink: ReplySink, run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#sinks.fail(id, sink, error)
    }
  }

  /**
   * The time, at which all that was due before it has been told. What is due at this very instant is left to the call on the clock. Where
   * a request is being read it is the instant at which that came.
   */
  #catchUp(): number {
    const { firstMs } = this.#arrivals
    if (firstMs !== undefined) return this.#advanceBefore(firstMs)
    const nowMs = this.#clock.now()
    const { wakeMs } = this.#engine
    if (wakeMs !== undefined && wakeMs < nowMs && !this.#isTelling) this.#advance(nowMs)
    return nowMs
  }

  #advanceBefore(atMs: number): number {
    const { wakeMs } = this.#engine
    if (wakeMs === undefined || wakeMs >= atMs || this.#isTelling) return atMs
    this.#telling(() => this.#engine.catchUp(atMs))
    return atMs
  }

  #advance(nowMs: number): void {
    this.#telling(() => this.#engine.advance(nowMs))
  }

  #telling(run: () => void): void {
    this.#isTelling = true
    try {
      run()
    } finally {
      this.#isTelling = false
    }
  }

  /** After the engine was called: it is told what has become known, what it told goes out, and its next call is on the clock. */
  #settle(): void {
    if (this.#isTelling || this.#isClosed) return
    for (let atMs = this.#arrivals.readyMs; atMs !== undefined; atMs = this.#arrivals.readyMs) {
      // It stays in the queue meanwhile: what hearers do is told behind it.
      this.#advanceBefore(atMs)
      this.#arrivals.take()?.(atMs)
    }
    this.#sinks.flush()
    const wakeMs = this.#nextCallMs()
    if (wakeMs === this.#wakeMs) return
    this.#cancel()
    this.#wakeMs = wakeMs
    if (wakeMs !== undefined) this.#cancel = this.#clock.at(wakeMs, () => this.#wake())
  }

  /** None while the engine waits for a request that is being read. */
  #nextCallMs(): number | undefined {
    const { wakeMs } = this.#engine
    const { firstMs } = this.#arrivals
    return wakeMs !== undefined && firstMs !== undefined && wakeMs >= firstMs ? undefined : wakeMs
  }

  #wake(): void {
    this.#wakeMs = undefined
    const { firstMs } = this.#arrivals
    if (firstMs === undefined) this.#advance(this.#clock.now())
    else this.#advanceBefore(firstMs)
    this.#settle()
  }
}
