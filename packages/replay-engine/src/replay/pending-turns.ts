import type { Cancel, Clock } from '../clock/clock.ts'
import type { ReadyTurn } from './turn-graph.ts'

/** Before a turn is due: as long as the longest prompts take to write, and less than most think times. */
export const PREPARE_MS = 5

/** Hears of turns whose time has come. */
interface TurnListener {
  due(ready: ReadyTurn): void
  /** It is due in `PREPARE_MS`, or sooner where it was not known before; not told of one that is due at once. Absent: nobody prepares for it. */
  near?: ((ready: ReadyTurn) => void) | undefined
}

/** Turns that wait for nothing but their time. */
export class PendingTurns {
  readonly #clock: Clock
  readonly #listener: TurnListener
  readonly #pending = new Set<{ readonly ready: ReadyTurn; readonly cancel: Cancel }>()

  constructor(clock: Clock, listener: TurnListener) {
    this.#clock = clock
    this.#listener = listener
  }

  add(ready: ReadyTurn): void {
    const { near } = this.#listener
    const isWaiting = near !== undefined && ready.dueMs > this.#clock.now()
    const cancelNear = isWaiting ? this.#clock.at(ready.dueMs - PREPARE_MS, () => near(ready)) : () => {}
    const cancelDue = this.#clock.at(ready.dueMs, () => {
      this.#pending.delete(pending)
      this.#listener.due(ready)
    })
    const cancel = () => {
      cancelNear()
      cancelDue()
    }
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
