import type { Cancel, Clock } from '../clock/clock.ts'
import type { ReadyTurn } from './turn-graph.ts'

/** Turns that wait for nothing but their time. */
export class PendingTurns {
  readonly #clock: Clock
  readonly #onDue: (ready: ReadyTurn) => void
  readonly #pending = new Set<{ readonly ready: ReadyTurn; readonly cancel: Cancel }>()

  constructor(clock: Clock, onDue: (ready: ReadyTurn) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  add(ready: ReadyTurn): void {
    const cancel = this.#clock.at(ready.dueMs, () => {
      this.#pending.delete(pending)
      this.#onDue(ready)
    })
    const pending = { ready, cancel }
    this.#pending.add(pending)
  }

  /** Of the first of them; `Infinity` where there is none. */
  nextDueMs(): number {
    let earliestMs = Number.POSITIVE_INFINITY
    for (const { ready } of this.#pending) earliestMs = Math.min(earliestMs, ready.dueMs)
    return earliestMs
  }

  /** All of them are due so much earlier. */
  cutIdle(ms: number): void {
    for (const ready of this.takeAll())
      this.add({ ...ready, dueMs: ready.dueMs - ms, idleCutMs: (ready.idleCutMs ?? 0) + ms })
  }

  /** Takes all of them away, and returns them. */
  takeAll(): ReadyTurn[] {
    const all = [...this.#pending]
    this.#pending.clear()
    return all.map(({ ready, cancel }) => {
      cancel()
      return ready
    })
  }
}
