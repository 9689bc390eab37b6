import type { Observer, Outcome } from '@reprise/wire'
import type { Clock } from '../clock/clock.ts'
import { onAbort } from '../clock/on-abort.ts'
import type { PlannedRequest, Target } from '../port/target.ts'

/** How a scripted request goes. */
export interface ScriptedReply {
  /** From sending to the first token, or to the end where the outcome is not ok. */
  readonly firstTokenMs: number
  /** Between tokens after the first; default 0. */
  readonly tokenMs?: number
  /** Tokens in each chunk after the first, which holds one; default: all that are left. */
  readonly chunkTokens?: number
  readonly cachedTokens?: number
  /** It ends by itself so long before its caller hears of that, as where another process reads it. Default: it hears at once. */
  readonly heardLateMs?: number
  /** Default: ok, with as many tokens as were asked for. */
  readonly outcome?: Exclude<Outcome, { readonly kind: 'ok' | 'cancelled' }>
}

/**
 * A target whose replies follow a script: a pure function of the request. For dry runs and tests; on any clock.
 *
 * It holds any number of requests at once, and none waits for another.
 */
export class ScriptedTarget implements Target {
  readonly #clock: Clock
  readonly #script: (request: PlannedRequest) => ScriptedReply

  constructor(
    clock: Clock,
    script: (request: PlannedRequest) => ScriptedReply = () => ({ firstTokenMs: 100, tokenMs: 10 }),
  ) {
    this.#clock = clock
    this.#script = script
  }

  send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'cancelled' })
    const sentMs = this.#clock.now()
    observer.sent(sentMs)
    return this.#reply(request, { observer, signal, sentMs })
  }

  #reply(
    request: PlannedRequest,
    { observer, signal, sentMs }: { observer: Observer; signal: AbortSignal; sentMs: number },
  ): Promise<Outcome> {
    const {
      firstTokenMs,
      tokenMs = 0,
      chunkTokens = request.outputTokens,
      cachedTokens,
      heardLateMs,
      outcome,
    } = this.#script(request)
    return new Promise((resolve) => {
      const end = (how: Outcome) => {
        cancelNext()
        forgetSignal()
        resolve(how)
      }
      const complete = (how: Outcome) => {
        const endedMs = this.#clock.now()
        if (heardLateMs === undefined) return end(how)
        cancelNext = this.#clock.at(endedMs + heardLateMs, () => {
          observer.ended?.(endedMs)
          end(how)
        })
      }
      const step = (tokensBefore: number, tokens: number) => {
        if (outcome) return complete(outcome)
        const nowMs = this.#clock.now()
        if (tokensBefore === 0) observer.headers(nowMs)
        observer.chunk(nowMs, 'answer', tokens)
        const soFar = tokensBefore + tokens
        const left = request.outputTokens - soFar
        // Whoever hears a chunk may have aborted.
        if (signal.aborted) return
        if (left <= 0) return complete(completed(request, cachedTokens))
        const next = Math.min(chunkTokens, left)
        const dueMs = sentMs + firstTokenMs + (soFar + next - 1) * tokenMs
        cancelNext = this.#clock.at(dueMs, () => step(soFar, next))
      }
      let cancelNext = this.#clock.at(sentMs + firstTokenMs, () => step(0, 1))
      const forgetSignal = onAbort(signal, () => end({ kind: 'cancelled' }))
    })
  }
}

function completed({ inputTokens, outputTokens }: PlannedRequest, cachedTokens: number | undefined): Outcome {
  const usage = { inputTokens, outputTokens, ...(cachedTokens !== undefined && { cachedTokens }) }
  return { kind: 'ok', finishReason: 'length', usage }
}
