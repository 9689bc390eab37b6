import { type Cancel, type Clock, onAbort, type PlannedRequest, type Target } from '@reprise/replay-engine'
import type { Observer, Outcome } from '@reprise/wire'
import { Engine, type EngineCounts } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { EngineListener, EngineRequest } from '../core/engine-request.ts'
import { overContext } from './over-context.ts'
import { SessionKeys } from './session-keys.ts'

export interface EngineTargetOptions {
  /**
   * Report every output token at its own instant. Default false: the first token at its instant, all others together at the last
   * one's, which spares a call per step.
   */
  readonly everyToken?: boolean
}

interface Reply {
  readonly observer: Observer
  readonly settle: (outcome: Outcome) => void
}

/** The engine model as a `Target` on any clock: on a virtual one it is the simulator. */
export class EngineTarget implements Target {
  readonly #clock: Clock
  readonly #engine: Engine
  readonly #keys: SessionKeys
  readonly #replies = new Map<string, Reply>()
  #wake: { readonly atMs: number; readonly cancel: Cancel } | undefined

  /** @throws EngineConfigError when the engine could not serve every request that fits its context. */
  constructor(clock: Clock, config: EngineConfig, options: EngineTargetOptions = {}) {
    this.#clock = clock
    this.#engine = new Engine(config, this.#listener(), { fastForward: !options.everyToken })
    this.#keys = new SessionKeys(config.scheduler.blockSize)
  }

  /** What the engine has done so far. */
  get counts(): EngineCounts {
    return this.#engine.counts
  }

  send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'cancelled' })
    const sentMs = this.#clock.now()
    observer.sent(sentMs)
    const refusal = overContext(request, this.#engine.config.scheduler.maxModelLen)
    // As a server does: the headers of a stream come at once, the first token after the prefill.
    observer.headers(sentMs)
    if (refusal) return Promise.resolve(refusal)
    return this.#serve(request, observer, signal, sentMs)
  }

  #serve(request: PlannedRequest, observer: Observer, signal: AbortSignal, sentMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const abort = () => {
        this.#replies.delete(request.id)
        this.#engine.abort(request.id, this.#clock.now())
        this.#setWake()
        resolve({ kind: 'cancelled' })
      }
      this.#engine.submit(this.#engineRequest(request), sentMs)
      this.#setWake()
      const forget = onAbort(signal, abort)
      const settle = (outcome: Outcome) => {
        forget()
        resolve(outcome)
      }
      this.#replies.set(request.id, { observer, settle })
    })
  }

  #engineRequest(request: PlannedRequest): EngineRequest {
    return {
      id: request.id,
      promptTokens: request.inputTokens,
      blockKeys: this.#keys.of(request),
      outputTokens: request.outputTokens,
      finishReason: 'length',
    }
  }

  #listener(): EngineListener {
    return {
      tokens: ({ id }, count, atMs) => this.#replies.get(id)?.observer.chunk(atMs, 'answer', count),
      finished: (request, cachedTokens) => this.#finish(request, cachedTokens),
    }
  }

  #finish({ id, promptTokens, outputTokens, finishReason }: EngineRequest, cachedTokens: number): void {
    const reply = this.#replies.get(id)
    this.#replies.delete(id)
    reply?.settle({ kind: 'ok', finishReason, usage: { inputTokens: promptTokens, outputTokens, cachedTokens } })
  }

  /** Keeps exactly one call on the clock: the one that the engine wants next. */
  #setWake(): void {
    const atMs = this.#engine.wakeMs
    if (this.#wake?.atMs === atMs) return
    this.#wake?.cancel()
    this.#wake = undefined
    if (atMs === undefined) return
    const cancel = this.#clock.at(atMs, () => {
      this.#wake = undefined
      // An engine on real time is called late; it goes by its own instants.
      this.#engine.advance(Math.max(atMs, this.#clock.now()))
      this.#setWake()
    })
    this.#wake = { atMs, cancel }
  }
}
