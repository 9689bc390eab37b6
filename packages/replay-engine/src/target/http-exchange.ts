import type { Dispatcher } from 'undici'
import type { Cancel, Clock } from '../clock/clock.ts'
import { onAbort } from '../clock/on-abort.ts'
import type { Connection, Connections } from './http-connections.ts'
import { failureOf } from './http-failure.ts'
import { HttpReply } from './http-reply.ts'
import type { Observer, Outcome } from './target.ts'

/**
 * A connection that a server has closed for being idle was idle for long, and shows it as soon as it is written to. Any other death may
 * have come after the server began to work, and is the request's own failure.
 */
const IDLE_CLOSE_MIN_MS = 500
const IDLE_CLOSE_SHOWS_WITHIN_MS = 250

/** `[DONE]` has come; so long may the end of the HTTP reply take. */
const END_AFTER_DONE_MS = 1_000

export interface ExchangeOptions {
  readonly connections: Connections
  readonly clock: Clock
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** From sending to the end of the reply. */
  readonly timeoutMs: number
  readonly observer: Observer
  readonly signal: AbortSignal
}

/** Posts one request and reads its reply. Settles once, and tells the observer nothing after that. */
export function exchange(options: ExchangeOptions): Promise<Outcome> {
  return new Promise((resolve) => new Exchange(options, resolve).start())
}

class Exchange {
  readonly #options: ExchangeOptions
  readonly #resolve: (outcome: Outcome) => void
  readonly #reply: HttpReply
  #controller: Dispatcher.DispatchController | undefined
  #isSettled = false
  #wasResent = false
  #isEnding = false
  #forgetSignal: Cancel = () => {}
  #cancelTimeout: Cancel = () => {}

  constructor(options: ExchangeOptions, resolve: (outcome: Outcome) => void) {
    this.#options = options
    this.#resolve = resolve
    this.#reply = new HttpReply(options.observer)
  }

  start(): void {
    const { clock, connections, observer, signal, timeoutMs } = this.#options
    const connection = connections.take()
    const sentMs = clock.now()
    observer.sent(sentMs)
    this.#cancelTimeout = clock.at(sentMs + timeoutMs, () => this.#timeOut(timeoutMs))
    this.#forgetSignal = onAbort(signal, () => this.#stop({ kind: 'cancelled' }))
    if (this.#isSettled) connections.giveBack(connection)
    else this.#dispatch(connection)
  }

  #dispatch(connection: Connection): void {
    const { path, headers, body, clock } = this.#options
    const idleMs = clock.now() - connection.idleSinceMs
    let startedMs: number | undefined
    let hasReply = false
    let wasProven = false
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        this.#controller = controller
        startedMs = clock.now()
        wasProven = connection.proven
        if (this.#isSettled) controller.abort(new Error('no longer wanted'))
      },
      onResponseStart: (_, status, replyHeaders) => {
        if (status < 200) return
        hasReply = true
        if (this.#isSettled) return
        this.#options.observer.headers(clock.now())
        this.#reply.begin(status, replyHeaders)
      },
      onResponseData: (_, bytes) => this.#read(bytes),
      onResponseEnd: () => {
        connection.proven = true
        this.#options.connections.giveBack(connection)
        if (!this.#isSettled) this.#settle(this.#reply.end(clock.now()))
      },
      onResponseError: (_, error) => {
        this.#options.connections.drop(connection)
        if (this.#isSettled) return
        const showedMs = startedMs === undefined ? Number.POSITIVE_INFINITY : clock.now() - startedMs
        const wasIdle = wasProven && idleMs >= IDLE_CLOSE_MIN_MS
        if (wasIdle && !hasReply && showedMs <= IDLE_CLOSE_SHOWS_WITHIN_MS && !this.#wasResent) this.#resend()
        else this.#break(error, startedMs !== undefined)
      },
    }
    connection.client.dispatch({ method: 'POST', path, headers, body }, handler)
  }

  #resend(): void {
    this.#wasResent = true
    this.#controller = undefined
    this.#options.observer.resent()
    this.#dispatch(this.#options.connections.fresh())
  }

  #read(bytes: Buffer): void {
    if (this.#isSettled) return
    const outcome = this.#reply.read(bytes, this.#options.clock.now())
    if (outcome) this.#stop(outcome)
    else if (this.#reply.isComplete && !this.#isEnding) this.#awaitEnd()
  }

  #awaitEnd(): void {
    const { clock } = this.#options
    this.#isEnding = true
    this.#cancelTimeout()
    this.#cancelTimeout = clock.at(clock.now() + END_AFTER_DONE_MS, () => this.#stop(this.#reply.end(clock.now())))
  }

  #timeOut(timeoutMs: number): void {
    const what = this.#reply.hasBegun ? 'ended' : 'begun'
    this.#stop(this.#reply.failed('timeout', `the reply had not ${what} after ${Math.round(timeoutMs)} ms`))
  }

  #break(error: unknown, hasStarted: boolean): void {
    const failure = failureOf(error, hasStarted)
    this.#settle(this.#reply.broken(failure.class, failure.message))
  }

  /** Ends it before the reply has. */
  #stop(outcome: Outcome): void {
    if (this.#isSettled) return
    this.#settle(outcome)
    this.#controller?.abort(new Error('no longer wanted'))
  }

  #settle(outcome: Outcome): void {
    this.#isSettled = true
    this.#cancelTimeout()
    this.#forgetSignal()
    this.#resolve(outcome)
  }
}
