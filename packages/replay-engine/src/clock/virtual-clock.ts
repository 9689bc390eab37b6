import { promiseHooks } from 'node:v8'
import type { Cancel, Clock } from './clock.ts'
import { InstantQueue } from './instant-queue.ts'

/** Callbacks run in a row before the event loop gets a turn, so that signals and progress displays stay alive. */
const CALLBACKS_PER_TURN = 1_000

/**
 * Time that jumps from one callback to the next: an hour of waiting takes as long as the work done in it.
 *
 * After a callback that settled a promise, everything it woke runs until it waits again, and only then the next callback. Callbacks
 * that settle none cost no more than the queue: an engine model schedules them by the hundred thousand.
 */
export class VirtualClock implements Clock {
  readonly #queue = new InstantQueue()
  #nowMs = 0
  #running = false

  now(): number {
    return this.#nowMs
  }

  at(ms: number, run: () => void): Cancel {
    return this.#queue.add(ms < this.#nowMs ? this.#nowMs : ms, run)
  }

  /**
   * What `main` returns, with time driven until it does. Callbacks left over stay queued.
   *
   * @throws VirtualTimeStuck when `main` waits for something that no callback can bring.
   * @throws whatever `main` or a callback throws.
   */
  async run<T>(main: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error('this virtual clock is already running')
    this.#running = true
    const wake = { woken: false }
    const stopWatching = promiseHooks.createHook({
      settled: () => {
        wake.woken = true
      },
    })
    try {
      return await this.#drive(main, wake)
    } finally {
      stopWatching()
      this.#running = false
    }
  }

  async #drive<T>(main: () => Promise<T>, wake: { woken: boolean }): Promise<T> {
    let ended = false
    const end = () => {
      ended = true
    }
    const result = (async () => main())()
    result.then(end, end)
    await settle()
    while (!ended) {
      if (this.#queue.nextMs() === undefined) throw new VirtualTimeStuck(this.#nowMs)
      this.#runUntilWoken(wake)
      await settle()
    }
    return result
  }

  #runUntilWoken(wake: { woken: boolean }): void {
    wake.woken = false
    for (let left = CALLBACKS_PER_TURN; left > 0 && !wake.woken; left -= 1) {
      const nextMs = this.#queue.nextMs()
      if (nextMs === undefined) return
      this.#nowMs = nextMs
      this.#queue.take()()
    }
  }
}

/** Somebody waits for what is not on the clock: the network, a real timer, a promise nobody settles. */
export class VirtualTimeStuck extends Error {
  override readonly name = 'VirtualTimeStuck'

  constructor(nowMs: number) {
    super(
      `virtual time is stuck at ${nowMs} ms: nothing is scheduled, and something waits for what is not on the clock`,
    )
  }
}

/** Returns when every promise reaction that is ready, and all that follow from it, have run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
