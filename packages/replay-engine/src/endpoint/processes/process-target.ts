import type { Observer, Outcome } from '@reprise/wire'
import type { Clock } from '../../clock/clock.ts'
import { monotonicOriginMs } from '../../clock/monotonic-origin.ts'
import { onAbort } from '../../clock/on-abort.ts'
import type { PlannedRequest, Target } from '../../port/target.ts'
import type { HttpOptions } from '../http-target.ts'
import type { PromptCuts } from '../prompt-cutter.ts'
import { tellEvents } from './event-batch.ts'
import type { FromSender, ToSender } from './messages.ts'

/** A process that sends, as this one sees it. */
export interface SenderProcess {
  send(message: ToSender): void
  onMessage(hear: (message: FromSender) => void): void
  /** It has died; in words for whoever reads the error. */
  onDeath(hear: (how: string) => void): void
  kill(): void
}

export interface ProcessTargetOptions {
  readonly clock: Clock
  readonly options: HttpOptions
  readonly cuts: PromptCuts
  readonly processes: number
  readonly start: () => SenderProcess
}

const START_MS = 60_000

/**
 * An HTTP endpoint that several processes send to, while this one plans: what is sent and when is the same for any number of them. A lane
 * has one process. Instants are those of the processes that send, on one clock.
 */
export class ProcessTarget implements Target {
  readonly #cuts: PromptCuts
  readonly #senders: readonly Sender[]
  readonly #isLive: boolean
  #slot = 0

  private constructor(cuts: PromptCuts, senders: readonly Sender[], isLive: boolean) {
    this.#cuts = cuts
    this.#isLive = isLive
    this.#senders = senders
  }

  /** Starts the processes; rejects when one of them does not come up. */
  static async open({ clock, options, cuts, processes, start }: ProcessTargetOptions): Promise<ProcessTarget> {
    const { blockSize, largestBodyBytes } = cuts
    const originMs = monotonicOriginMs(clock)
    const senders = Array.from({ length: processes }, () => new Sender(start()))
    try {
      await Promise.all(
        senders.map((sender) => sender.open({ kind: 'open', options, blockSize, largestBodyBytes, originMs })),
      )
    } catch (error) {
      for (const sender of senders) sender.kill()
      throw error
    }
    return new ProcessTarget(cuts, senders, options.assistant === 'live')
  }

  async send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'cancelled' }
    const sender = this.#senders[request.lane % this.#senders.length]!
    this.#slot += 1
    const replyUse = this.#isLive ? { replyUse: this.#cuts.replyUseOf(request) } : {}
    const segments = this.#cuts.segmentsOf(request)
    return sender.send({ slot: this.#slot, request, segments, ...replyUse }, observer, signal)
  }

  /** Ends the processes. Requests in flight fail. @returns what each says of how it fared. */
  async close(): Promise<readonly unknown[]> {
    return Promise.all(this.#senders.map((sender) => sender.close()))
  }
}

interface Waiting {
  readonly observer: Observer
  readonly settle: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
}

class Sender {
  readonly #process: SenderProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #closed = Promise.withResolvers<unknown>()
  #death: Error | undefined
  #isClosing = false

  constructor(process: SenderProcess) {
    this.#process = process
    for (const { promise } of [this.#ready, this.#closed]) promise.catch(() => {})
    process.onMessage((message) => this.#hear(message))
    process.onDeath((how) =>
      this.#fail(new Error(`a process that sends requests ended in the middle of the run: ${how}`)),
    )
  }

  async open(message: ToSender): Promise<void> {
    const timer = setTimeout(
      () => this.#ready.reject(new Error(`a process that sends requests did not come up in ${START_MS / 1e3} s`)),
      START_MS,
    )
    this.#process.send(message)
    await this.#ready.promise.finally(() => clearTimeout(timer))
  }

  send(
    message: Omit<Extract<ToSender, { kind: 'send' }>, 'kind'>,
    observer: Observer,
    signal: AbortSignal,
  ): Promise<Outcome> {
    return new Promise<Outcome>((resolve, reject) => {
      if (this.#death) {
        reject(this.#death)
        return
      }
      const { slot } = message
      const forget = onAbort(signal, () => {
        this.#process.send({ kind: 'cancel', slot })
        settle({ kind: 'cancelled' })
      })
      const settle = (outcome: Outcome) => {
        this.#waiting.delete(slot)
        forget()
        resolve(outcome)
      }
      this.#waiting.set(slot, { observer, settle, reject })
      this.#process.send({ kind: 'send', ...message })
    })
  }

  async close(): Promise<unknown> {
    this.#isClosing = true
    if (!this.#death) this.#process.send({ kind: 'close' })
    const timer = setTimeout(() => this.#closed.resolve(undefined), 5_000)
    const health = await this.#closed.promise.catch(() => undefined)
    clearTimeout(timer)
    for (const { settle } of [...this.#waiting.values()])
      settle({ kind: 'failed', class: 'disconnect', message: 'the client was closed' })
    this.kill()
    return health
  }

  kill(): void {
    this.#isClosing = true
    this.#process.kill()
  }

  #hear(message: FromSender): void {
    if (message.kind === 'ready') this.#ready.resolve()
    else if (message.kind === 'closed') this.#closed.resolve(message.health)
    else if (message.kind === 'failed') this.#fail(new Error(message.message))
    else this.#told(message)
  }

  #told({ events, ended }: Extract<FromSender, { kind: 'told' }>): void {
    try {
      tellEvents(events, (slot) => this.#waiting.get(slot)?.observer)
      for (const { slot, outcome } of ended) this.#waiting.get(slot)?.settle(outcome)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (this.#isClosing && this.#waiting.size === 0) return
    this.#death = error instanceof Error ? error : new Error(String(error))
    this.#ready.reject(error)
    this.#closed.reject(error)
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}
