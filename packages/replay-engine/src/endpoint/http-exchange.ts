import { ChunkTemplate, type Observer, type Outcome, ReplyReader } from '@reprise/wire'
import type { Cancel, Clock } from '../clock/clock.ts'
import { onAbort } from '../clock/on-abort.ts'
import { END_AFTER_DONE_MS } from './end-after-done.ts'
import type { HttpConnection, HttpRequest, ReplyHandler } from './http-connection.ts'
import type { Connections } from './http-connections.ts'
import { failureOf } from './http-failure.ts'
import type { ResponseHead } from './http-response-head.ts'

/**
 * A connection that a server has closed for being idle was idle for long, and shows it as soon as it is written to. Any other death may
 * have come after the server began to work, and is the request's own failure.
 */
const IDLE_CLOSE_MIN_MS = 500
const IDLE_CLOSE_SHOWS_WITHIN_MS = 250

export interface ExchangeOptions {
  readonly connections: Connections
  readonly clock: Clock
  readonly request: HttpRequest
  /** Those that no reply uses at the moment. */
  readonly templates: ChunkTemplate[]
  /** Tokens that the server was told to generate, where it was told not to stop before. */
  readonly leastTokens?: number
  /** From the call to the end of the reply. */
  readonly timeoutMs: number
  readonly observer: Observer
  readonly signal: AbortSignal
}

/**
 * Posts one request and reads its reply. Settles once, and tells the observer nothing after that.
 *
 * Rejects with what the observer throws.
 */
export function exchange(options: ExchangeOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => new Exchange(options, resolve, reject).start())
}

class Exchange implements ReplyHandler {
  readonly #options: ExchangeOptions
  readonly #resolve: (outcome: Outcome) => void
  readonly #reject: (error: unknown) => void
  readonly #template: ChunkTemplate
  readonly #reply: ReplyReader
  #connection: HttpConnection | undefined
  /** How long the connection had been idle, if it had carried a reply before. */
  #idleMs = 0
  /** When the request began to be written; absent while there is no connection. */
  #startedMs: number | undefined
  #isSettled = false
  #wasResent = false
  #isEnding = false
  #forgetSignal: Cancel | undefined
  #cancelTimeout: Cancel | undefined

  constructor(options: ExchangeOptions, resolve: (outcome: Outcome) => void, reject: (error: unknown) => void) {
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
    this.#template = options.templates.pop() ?? new ChunkTemplate()
    this.#reply = new ReplyReader(options.observer, this.#template, options.leastTokens)
  }

  start(): void {
    const { clock, connections, signal, timeoutMs } = this.#options
    const connection = connections.take()
    const calledMs = clock.now()
    this.#cancelTimeout = clock.at(calledMs + timeoutMs, () => this.#timeOut(timeoutMs))
    this.#forgetSignal = onAbort(signal, () => this.#stop({ kind: 'cancelled' }))
    if (this.#isSettled) connections.giveBack(connection)
    else this.#dispatch(connection, calledMs)
  }

  started(): void {
    const startedMs = this.#options.clock.now()
    this.#startedMs = startedMs
    this.#guard(() => this.#options.observer.sent(startedMs))
  }

  head(head: ResponseHead): void {
    if (this.#isSettled) return
    this.#guard(() => {
      this.#options.observer.headers(this.#connection!.readMs)
      const outcome = this.#reply.begin(head)
      if (outcome) this.#stop(outcome)
    })
  }

  body(bytes: Buffer, from: number, end: number): void {
    if (this.#isSettled) return
    let outcome: Outcome | undefined
    try {
      outcome = this.#reply.read(bytes, from, end, this.#connection!.readMs)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (outcome) this.#stop(outcome)
    else if (this.#reply.isComplete && !this.#isEnding) this.#awaitEnd()
  }

  end(isReusable: boolean): void {
    const connection = this.#connection!
    if (isReusable) this.#options.connections.giveBack(connection)
    else this.#options.connections.drop(connection)
    if (this.#isSettled) return
    this.#guard(() => {
      const outcome = this.#reply.end(connection.readMs)
      this.#options.observer.ended?.(connection.readMs)
      this.#settle(outcome)
    })
  }

  broken(error: unknown): void {
    const { connections, clock } = this.#options
    const { proven, hasHeard } = this.#connection!
    connections.drop(this.#connection!)
    const startedMs = this.#startedMs
    const showedMs = startedMs === undefined ? Number.POSITIVE_INFINITY : clock.now() - startedMs
    const wasIdle = proven && this.#idleMs >= IDLE_CLOSE_MIN_MS
    const isLostInIdleness = wasIdle && !hasHeard && showedMs <= IDLE_CLOSE_SHOWS_WITHIN_MS
    if (isLostInIdleness && !connections.isClosed && !this.#wasResent) this.#resend()
    else this.#break(error, startedMs !== undefined)
  }

  #dispatch(connection: HttpConnection, nowMs: number): void {
    this.#connection = connection
    this.#startedMs = undefined
    this.#idleMs = nowMs - connection.idleSinceMs
    if (!connection.isOpened) this.#guard(() => this.#options.observer.connecting(nowMs))
    if (!this.#isSettled) connection.send(this.#options.request, this)
  }

  #resend(): void {
    this.#wasResent = true
    const { observer, connections, clock } = this.#options
    this.#guard(() => observer.resent())
    if (!this.#isSettled) this.#dispatch(connections.fresh(), clock.now())
  }

  #awaitEnd(): void {
    const { clock } = this.#options
    this.#isEnding = true
    this.#cancelTimeout?.()
    this.#cancelTimeout = clock.at(clock.now() + END_AFTER_DONE_MS, () => this.#stop(this.#reply.end(clock.now())))
  }

  #timeOut(timeoutMs: number): void {
    const after = `after ${Math.round(timeoutMs)} ms`
    const what = this.#reply.hasBegun ? 'ended' : 'begun'
    const outcome =
      this.#startedMs === undefined
        ? this.#reply.failed('connect', `no connection ${after}`)
        : this.#reply.failed('timeout', `the reply had not ${what} ${after}`)
    this.#stop(outcome)
  }

  #break(error: unknown, hasStarted: boolean): void {
    const failure = failureOf(error, hasStarted)
    this.#settle(this.#reply.broken(failure.class, failure.message))
  }

  /** Ends it before the reply has. */
  #stop(outcome: Outcome): void {
    if (this.#isSettled) return
    this.#settle(outcome)
    if (this.#connection) this.#options.connections.drop(this.#connection)
  }

  #settle(outcome: Outcome): void {
    this.#letGo()
    this.#resolve(outcome)
  }

  /** Runs what calls the observer: what that throws is a bug, and no failure of the request. */
  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#letGo()
    if (this.#connection) this.#options.connections.drop(this.#connection)
    this.#reject(error)
  }

  #letGo(): void {
    this.#isSettled = true
    this.#reply.close()
    this.#template.forget()
    this.#options.templates.push(this.#template)
    this.#cancelTimeout?.()
    this.#forgetSignal?.()
  }
}
