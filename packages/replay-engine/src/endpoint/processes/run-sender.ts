import { ContinuedClock } from '../../clock/continued-clock.ts'
import { monotonicOriginMs } from '../../clock/monotonic-origin.ts'
import { WallClock } from '../../clock/wall-clock.ts'
import { HttpTarget } from '../http-target.ts'
import type { PromptCuts } from '../prompt-cutter.ts'
import { EventBatch } from './event-batch.ts'
import type { EndedRequest, FromSender, ToSender } from './messages.ts'

/** Until a request ends nothing depends on what is told of it but a display. */
const TELL_AFTER_MS = 50

/** A channel to the process that plans. */
export interface SenderChannel {
  send(message: FromSender, sent?: () => void): void
  onMessage(hear: (message: ToSender) => void): void
}

/**
 * Sends what another process plans, and tells it what comes: all that costs time for every chunk is done here.
 *
 * @param watchHealth begins to watch how this process fares; what it returns says so.
 */
export function runSender(channel: SenderChannel, watchHealth: () => () => unknown): void {
  let sender: Sender | undefined
  channel.onMessage((message) => {
    if (message.kind === 'open') {
      sender = new Sender(message, channel, watchHealth())
      channel.send({ kind: 'ready' })
    } else if (message.kind === 'send') {
      sender?.send(message)
    } else if (message.kind === 'cancel') {
      sender?.cancel(message.slot)
    } else {
      sender?.close()
    }
  })
}

class Sender {
  readonly #channel: SenderChannel
  readonly #clock: ContinuedClock
  readonly #target: HttpTarget
  readonly #health: () => unknown
  readonly #batch = new EventBatch()
  /** By the ids of their requests, until these are written. */
  readonly #told = new Map<string, Extract<ToSender, { kind: 'send' }>>()
  readonly #aborts = new Map<number, AbortController>()
  #ended: EndedRequest[] = []
  #isTelling = false
  #tellTimer: NodeJS.Timeout | undefined

  constructor(
    { options, blockSize, largestBodyBytes, originMs }: Extract<ToSender, { kind: 'open' }>,
    channel: SenderChannel,
    health: () => unknown,
  ) {
    const own = new WallClock()
    this.#channel = channel
    this.#health = health
    this.#clock = new ContinuedClock(own, monotonicOriginMs(own) - originMs)
    const cuts: PromptCuts = {
      ...{ blockSize, largestBodyBytes },
      segmentsOf: ({ id }) => this.#told.get(id)!.segments,
      replyUseOf: ({ id }) => this.#told.get(id)!.replyUse!,
    }
    this.#target = new HttpTarget({ ...options, clock: this.#clock, cuts })
  }

  send(message: Extract<ToSender, { kind: 'send' }>): void {
    const { slot, request } = message
    const abort = new AbortController()
    this.#aborts.set(slot, abort)
    this.#told.set(request.id, message)
    const sending = this.#target.send(request, this.#batch.observerOf(slot), abort.signal)
    // The body has been written by now.
    this.#told.delete(request.id)
    sending.then(
      (outcome) => {
        this.#aborts.delete(slot)
        this.#ended.push({ slot, outcome })
        this.#tellSoon()
      },
      (error: unknown) => {
        this.#channel.send({
          kind: 'failed',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
      },
    )
    this.#tellTimer ??= setTimeout(() => this.#tell(), TELL_AFTER_MS)
  }

  cancel(slot: number): void {
    this.#aborts.get(slot)?.abort()
  }

  close(): void {
    clearTimeout(this.#tellTimer)
    void this.#target.close()
    this.#channel.send({ kind: 'closed', health: this.#health() })
  }

  /** What ended in one round of the event loop is told together. */
  #tellSoon(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    setImmediate(() => this.#tell())
  }

  #tell(): void {
    clearTimeout(this.#tellTimer)
    this.#tellTimer = this.#aborts.size > 0 ? setTimeout(() => this.#tell(), TELL_AFTER_MS) : undefined
    this.#isTelling = false
    if (this.#batch.isEmpty && this.#ended.length === 0) return
    const ended = this.#ended
    this.#ended = []
    this.#channel.send({ kind: 'told', events: this.#batch.take(), ended })
  }
}
