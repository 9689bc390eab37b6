import type { Cancel, Clock } from './clock.ts'
import { InstantQueue } from './instant-queue.ts'

/** Timers of the runtime hold a signed 32-bit number of milliseconds; a longer wait is taken in several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Real time, from the instant of construction. Monotonic: changes of the system's date do not touch it.
 *
 * A callback never runs early. Timers of the runtime are up to a millisecond late, so the last millisecond is waited for by going
 * round the event loop, which keeps serving sockets meanwhile.
 */
export class WallClock implements Clock {
  /** Read together with the origin, so that it is the origin's and not that of some later moment. */
  readonly startedAt = new Date().toISOString()
  readonly #originMs = performance.now()
  readonly #queue = new InstantQueue()
  /** The instant the runtime was last asked to wake us for. */
  #armedMs = Number.POSITIVE_INFINITY
  #disarm: () => void = () => {}

  now(): number {
    return performance.now() - this.#originMs
  }

  at(ms: number, run: () => void): Cancel {
    const cancel = this.#queue.add(Math.max(ms, this.now()), run)
    this.#arm()
    return () => {
      cancel()
      this.#arm()
    }
  }

  #arm(): void {
    const nextMs = this.#queue.nextMs() ?? Number.POSITIVE_INFINITY
    if (nextMs === this.#armedMs) return
    this.#disarm()
    this.#armedMs = nextMs
    if (nextMs < Number.POSITIVE_INFINITY) this.#disarm = wakeAfter(nextMs - this.now(), () => this.#wake())
  }

  #wake(): void {
    this.#armedMs = Number.POSITIVE_INFINITY
    this.#disarm = () => {}
    const nowMs = this.now()
    try {
      for (let nextMs = this.#queue.nextMs(); nextMs !== undefined && nextMs <= nowMs; nextMs = this.#queue.nextMs()) {
        this.#queue.take()()
      }
    } finally {
      // A callback that throws must not cost the others their turn.
      this.#arm()
    }
  }
}

/** Wakes at most a timer's lateness after `ms`, and possibly before: whoever is woken early asks again. */
function wakeAfter(ms: number, wake: () => void): () => void {
  if (ms < 1) {
    const immediate = setImmediate(wake)
    return () => clearImmediate(immediate)
  }
  const timer = setTimeout(wake, Math.min(Math.floor(ms), LONGEST_TIMER_MS))
  return () => clearTimeout(timer)
}
