import type { Cancel, Clock } from '@reprise/replay-engine'
import type { Engine, EngineCounts } from '../core/engine.ts'
import type { EngineListener, EngineRequest, RequestTiming } from '../core/engine-request.ts'
import type { ReplySink } from './reply-sink.ts'

/**
 * An engine on a clock, for both seats: called at the instants at which it wants to be, never before them.
 *
 * A late timer does not slow the engine: its steps end at their modelled instants, and what became due meanwhile is told at once.
 */
export class EngineDriver {
  readonly #clock: Clock
  readonly #engine: Engine
  readonly #sinks = new Map<string, ReplySink>()
  readonly #touched = new Map<string, ReplySink>()
  #serial = 0
  /** The engine is telling sinks, who may call back: it is advanced and its next call is put on the clock when they are done. */
  #isTelling = false
  /** Instant of the one call that is on the clock: the one that the engine wants next. */
  #wakeMs: number | undefined
  #cancel: Cancel = () => {}

  /** `make` makes the engine, with the listener it is to tell. @throws whatever `make` throws. */
  constructor(clock: Clock, make: (listener: EngineListener) => Engine) {
    this.#clock = clock
    this.#engine = make({
      tokens: ({ id }, count, atMs) => this.#tokens(id, count, atMs),
      finished: ({ id }, cachedTokens, _atMs, timing) => this.#finished(id, cachedTokens, timing),
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
    return this.#engine.counts
  }

  /** Hands a request to the engine now. The returned call ends it and frees its blocks; harmless once it has ended. */
  submit(request: Omit<EngineRequest, 'id'>, sink: ReplySink): Cancel {
    this.#serial += 1
    const id = String(this.#serial)
    const nowMs = this.#catchUp()
    this.#engine.submit({ ...request, id }, nowMs)
    this.#sinks.set(id, sink)
    this.#settle()
    return () => this.#abort(id)
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

  /** Forgets every cached block; false, and nothing happens, while a request is in the engine. */
  resetPrefixCache(): boolean {
    this.#catchUp()
    this.#settle()
    return this.#engine.resetPrefixCache()
  }

  /** The engine stops where it is. */
  close(): void {
    this.#cancel()
    this.#sinks.clear()
  }

  #abort(id: string): void {
    if (!this.#sinks.delete(id)) return
    this.#engine.abort(id, this.#catchUp())
    this.#settle()
  }

  /** The time, at which all that was due before it has been told. What is due at this very instant is left to the call on the clock. */
  #catchUp(): number {
    const nowMs = this.#clock.now()
    const { wakeMs } = this.#engine
    if (wakeMs !== undefined && wakeMs < nowMs && !this.#isTelling) this.#advance(nowMs)
    return nowMs
  }

  #advance(nowMs: number): void {
    this.#isTelling = true
    try {
      this.#engine.advance(nowMs)
    } finally {
      this.#isTelling = false
    }
  }

  /** After the engine was called: what it told goes out, and its next call is on the clock. */
  #settle(): void {
    if (this.#isTelling) return
    if (this.#touched.size > 0) this.#flush()
    const { wakeMs } = this.#engine
    if (wakeMs === this.#wakeMs) return
    this.#cancel()
    this.#wakeMs = wakeMs
    if (wakeMs !== undefined) this.#cancel = this.#clock.at(wakeMs, () => this.#wake())
  }

  #wake(): void {
    this.#wakeMs = undefined
    this.#advance(this.#clock.now())
    this.#settle()
  }

  #tokens(id: string, count: number, atMs: number): void {
    const sink = this.#sinks.get(id)
    if (!sink) return
    if (sink.flush) this.#touched.set(id, sink)
    try {
      sink.tokens(count, atMs)
    } catch (error) {
      this.#fail(id, sink, error)
    }
  }

  #finished(id: string, cachedTokens: number, timing: RequestTiming): void {
    const sink = this.#sinks.get(id)
    if (!sink) return
    this.#sinks.delete(id)
    if (sink.flush) this.#touched.set(id, sink)
    try {
      sink.finished(cachedTokens, timing)
    } catch (error) {
      this.#fail(id, sink, error)
    }
  }

  #flush(): void {
    for (const [id, sink] of this.#touched) {
      this.#touched.delete(id)
      try {
        sink.flush?.()
      } catch (error) {
        this.#fail(id, sink, error)
      }
    }
  }

  /** A sink that throws is heard no more, and costs no other its tokens. */
  #fail(id: string, sink: ReplySink, error: unknown): void {
    this.#touched.delete(id)
    if (this.#sinks.has(id)) this.#sinks.set(id, deaf)
    sink.failed(error)
  }
}

/** In the place of one that failed, until its request is aborted or has ended. */
const deaf: ReplySink = { tokens() {}, finished() {}, failed() {} }
