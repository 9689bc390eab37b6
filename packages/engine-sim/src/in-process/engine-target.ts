import type { PlannedRequest, Target } from '@reprise/replay-engine'
import { type Clock, onAbort } from '@reprise/replay-engine/clock'
import type { Observer, Outcome } from '@reprise/wire'
import type { EngineCounts, EngineMaker } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import { makeEngine } from '../core/engines/make-engine.ts'
import type { StepListenerMaker } from '../core/step-listener.ts'
import { EngineDriver } from '../drive/engine-driver.ts'
import type { ReplySink } from '../drive/reply-sink.ts'
import { overContext } from './over-context.ts'
import { SessionKeys } from './session-keys.ts'

export interface EngineTargetOptions {
  /**
   * Report every output token at its own instant. Default false: the first token at its instant, all others together at the last
   * one's, which spares a call per step.
   */
  readonly everyToken?: boolean
  /** Makes what serves, from the description. Default: `makeEngine`. */
  readonly makeEngine?: EngineMaker
  /** Makes what hears of every step of an engine. Default: nobody does. */
  readonly steps?: StepListenerMaker
}

/** The engine model as a `Target` on any clock: on a virtual one it is the simulator. */
export class EngineTarget implements Target {
  readonly #clock: Clock
  readonly #driver: EngineDriver
  readonly #keys: SessionKeys
  readonly #maxModelLen: number
  readonly #everyToken: boolean
  /** Of who hears of it. */
  readonly #idOf = new WeakMap<ReplySink, string>()

  /** @throws EngineConfigError when the engine could not serve every request that fits its context. */
  constructor(clock: Clock, config: EngineConfig, options: EngineTargetOptions = {}) {
    const { everyToken = false, makeEngine: make = makeEngine, steps } = options
    this.#clock = clock
    this.#everyToken = everyToken
    this.#driver = new EngineDriver(clock, (listener) =>
      make(config, listener, { fastForward: !everyToken, ...(steps && { steps }) }),
    )
    this.#keys = new SessionKeys(config.scheduler.blockSize)
    this.#maxModelLen = config.scheduler.maxModelLen
  }

  /** What the engine has done so far. */
  get counts(): EngineCounts {
    return this.#driver.counts
  }

  tokensInFlight(): ReadonlyMap<string, number> {
    if (this.#everyToken) return new Map()
    return new Map([...this.#driver.generated()].map(([sink, tokens]) => [this.#idOf.get(sink)!, tokens]))
  }

  send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'cancelled' })
    const sentMs = this.#clock.now()
    observer.sent(sentMs)
    const refusal = overContext(request, this.#maxModelLen)
    // As a server does: the headers of a stream come at once, the first token after the prefill.
    observer.headers(sentMs)
    if (refusal) return Promise.resolve(refusal)
    return this.#serve(request, observer, signal)
  }

  #serve(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome> {
    const { inputTokens, outputTokens } = request
    return new Promise((resolve, reject) => {
      const blockKeys = this.#keys.of(request)
      const sink: ReplySink = {
        tokens: (count, atMs) => observer.chunk(atMs, 'answer', count),
        finished: (cachedTokens, { hostTokens, diskTokens, recomputedTokens }) => {
          forget()
          const tiers = {
            ...(hostTokens && { hostTokens }),
            ...(diskTokens && { diskTokens }),
            ...(recomputedTokens && { recomputedTokens }),
          }
          resolve({ kind: 'ok', finishReason: 'length', usage: { inputTokens, outputTokens, cachedTokens, ...tiers } })
        },
        failed: (error) => {
          forget()
          reject(error)
        },
      }
      this.#idOf.set(sink, request.id)
      const end = this.#driver.submit(
        {
          ...{ id: request.id, promptTokens: inputTokens, blockKeys, outputTokens },
          ...{ session: sessionOf(request), finishReason: 'length' },
        },
        sink,
      )
      const forget = onAbort(signal, () => {
        end()
        resolve({ kind: 'cancelled' })
      })
    })
  }
}

/** The same for the turns of one session of one play, and for no other. */
function sessionOf({ lane, play, sessionIndex }: PlannedRequest): string {
  return `${lane}.${play}.${sessionIndex}`
}
