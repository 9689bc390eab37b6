import type { Observer, PayloadKind } from '@reprise/wire'

/** Numbers of one event: slot, what it is, instant, tokens, bytes. */
const WIDTH = 5
const FIRST_LENGTH = 1_024 * WIDTH

const PAYLOADS: readonly PayloadKind[] = ['answer', 'reasoning', 'tool']
const CONNECTING = 3
const SENT = 4
const HEADERS = 5
const RESENT = 6
const ENDED = 7

/**
 * What observers of several requests hear, as one list of numbers: it goes to another process in one piece, and putting a chunk into it
 * costs next to nothing.
 */
export class EventBatch {
  #numbers = new Float64Array(FIRST_LENGTH)
  #length = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  /** An observer whose events are put here. */
  observerOf(slot: number): Observer {
    return {
      connecting: (atMs) => this.#put(slot, CONNECTING, atMs),
      sent: (atMs) => this.#put(slot, SENT, atMs),
      headers: (atMs) => this.#put(slot, HEADERS, atMs),
      chunk: (atMs, kind, tokens, bytes) => this.#put(slot, PAYLOADS.indexOf(kind), atMs, tokens, bytes),
      resent: () => this.#put(slot, RESENT, 0),
      ended: (atMs) => this.#put(slot, ENDED, atMs),
    }
  }

  /** All that was put since the last time. */
  take(): Float64Array {
    const taken = this.#numbers.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  #put(slot: number, what: number, atMs: number, tokens = Number.NaN, bytes = Number.NaN): void {
    if (this.#length + WIDTH > this.#numbers.length) {
      const larger = new Float64Array(2 * this.#numbers.length)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    const at = this.#length
    this.#numbers[at] = slot
    this.#numbers[at + 1] = what
    this.#numbers[at + 2] = atMs
    this.#numbers[at + 3] = tokens
    this.#numbers[at + 4] = bytes
    this.#length = at + WIDTH
  }
}

/** Tells the events of a batch, each to the observer of its request; those of requests that have none are passed over. */
export function tellEvents(events: Float64Array, observerOf: (slot: number) => Observer | undefined): void {
  for (let at = 0; at < events.length; at += WIDTH) {
    const observer = observerOf(events[at]!)
    if (observer) tell(observer, events, at)
  }
}

function tell(observer: Observer, events: Float64Array, at: number): void {
  const what = events[at + 1]!
  const atMs = events[at + 2]!
  if (what === CONNECTING) observer.connecting(atMs)
  else if (what === SENT) observer.sent(atMs)
  else if (what === HEADERS) observer.headers(atMs)
  else if (what === RESENT) observer.resent()
  else if (what === ENDED) observer.ended?.(atMs)
  else observer.chunk(atMs, PAYLOADS[what]!, told(events[at + 3]!), told(events[at + 4]!))
}

function told(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
