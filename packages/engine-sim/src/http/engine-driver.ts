import type { Cancel, Clock } from '@reprise/replay-engine'
import { Engine, type EngineCounts } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { EngineListener, EngineRequest, RequestTiming } from '../core/engine-request.ts'

/** Hears of one request. Instants are the engine's, in milliseconds of the clock. */
export interface TokenSink {
  /** One more token of the reply exists. */
  token(atMs: number): void
  /** The reply is complete; `cachedTokens` prompt tokens were found in the cache. */
  finished(cachedTokens: number, timing: RequestTiming): void
  /** All that the engine had due has been told: what was gathered can go out. */
  flush(): void
  /** One of these calls has thrown: nothing more will be told. */
  failed(error: unknown): void
}

/** Counters that go on when the engine is replaced. */
type Totals = Pick<
  EngineCounts,
  'queriedTokens' | 'hitTokens' | 'preemptions' | 'promptTokens' | 'cachedPromptTokens' | 'generatedTokens'
>

const noTotals: Totals = {
  queriedTokens: 0,
  hitTokens: 0,
  preemptions: 0,
  promptTokens: 0,
  cachedPromptTokens: 0,
  generatedTokens: 0,
}

/**
 * An engine on a clock: called at the instants at which it wants to be, never before them.
 *
 * A late timer does not slow the engine: its steps end at their modelled instants, and what became due meanwhile is told at once.
 */
export class EngineDriver {
  readonly #config: EngineConfig
  readonly #clock: Clock
  readonly #listener: EngineListener
  readonly #sinks = new Map<string, TokenSink>()
  readonly #touched = new Map<string, TokenSink>()
  #engine: Engine
  /** What engines before this one counted. */
  #before = noTotals
  #serial = 0
  #wakeMs: number | undefined
  #cancel: Cancel = () => {}

  /** @throws EngineConfigError as `Engine`. */
  constructor(config: EngineConfig, clock: Clock) {
    this.#config = config
    this.#clock = clock
    this.#listener = {
      tokens: ({ id }, count, atMs) => this.#tokens(id, count, atMs),
      finished: ({ id }, cachedTokens, _atMs, timing) => this.#finished(id, cachedTokens, timing),
    }
    this.#engine = new Engine(config, this.#listener)
  }

  /** Requests that have not ended. */
  get inFlight(): number {
    return this.#sinks.size
  }

  /** State and counters as of now; counters never fall. */
  get counts(): EngineCounts {
    this.#advance()
    this.#arm()
    const { counts } = this.#engine
    return { ...counts, ...sumOf(this.#before, counts) }
  }

  /** Hands a request to the engine now. The returned call ends it and frees its blocks; harmless once it has ended. */
  submit(request: Omit<EngineRequest, 'id'>, sink: TokenSink): Cancel {
    this.#serial += 1
    const id = String(this.#serial)
    this.#advance()
    this.#sinks.set(id, sink)
    this.#engine.submit({ ...request, id }, this.#clock.now())
    this.#arm()
    return () => this.#abort(id)
  }

  /** Forgets every cached block; false, and nothing happens, while a request is in the engine. */
  resetPrefixCache(): boolean {
    const counts = this.counts
    if (counts.running + counts.waiting > 0) return false
    this.#before = sumOf(counts, noTotals)
    this.#engine = new Engine(this.#config, this.#listener)
    return true
  }

  /** The engine stops where it is. */
  close(): void {
    this.#cancel()
    this.#sinks.clear()
  }

  #abort(id: string): void {
    if (!this.#sinks.delete(id)) return
    this.#advance()
    this.#engine.abort(id, this.#clock.now())
    this.#arm()
  }

  #advance(): void {
    this.#engine.advance(this.#clock.now())
    for (const [id, sink] of this.#touched) this.#tell(id, sink, () => sink.flush())
    this.#touched.clear()
  }

  #arm(): void {
    const { wakeMs } = this.#engine
    if (wakeMs === this.#wakeMs) return
    this.#cancel()
    this.#wakeMs = wakeMs
    if (wakeMs !== undefined) this.#cancel = this.#clock.at(wakeMs, () => this.#wake())
  }

  #wake(): void {
    this.#wakeMs = undefined
    this.#advance()
    this.#arm()
  }

  #tokens(id: string, count: number, atMs: number): void {
    const sink = this.#sinks.get(id)
    if (!sink) return
    this.#touched.set(id, sink)
    this.#tell(id, sink, () => {
      for (let told = 0; told < count; told += 1) sink.token(atMs)
    })
  }

  #finished(id: string, cachedTokens: number, timing: RequestTiming): void {
    const sink = this.#sinks.get(id)
    if (!sink) return
    this.#sinks.delete(id)
    this.#touched.set(id, sink)
    this.#tell(id, sink, () => sink.finished(cachedTokens, timing))
  }

  /** A sink that throws is heard no more, and costs no other its tokens. */
  #tell(id: string, sink: TokenSink, tell: () => void): void {
    try {
      tell()
    } catch (error) {
      this.#touched.delete(id)
      if (this.#sinks.has(id)) this.#sinks.set(id, deaf)
      sink.failed(error)
    }
  }
}

/** In the place of one that failed, until its request is aborted or has ended. */
const deaf: TokenSink = { token() {}, finished() {}, flush() {}, failed() {} }

function sumOf(one: Totals, other: Totals): Totals {
  return {
    queriedTokens: one.queriedTokens + other.queriedTokens,
    hitTokens: one.hitTokens + other.hitTokens,
    preemptions: one.preemptions + other.preemptions,
    promptTokens: one.promptTokens + other.promptTokens,
    cachedPromptTokens: one.cachedPromptTokens + other.cachedPromptTokens,
    generatedTokens: one.generatedTokens + other.generatedTokens,
  }
}
