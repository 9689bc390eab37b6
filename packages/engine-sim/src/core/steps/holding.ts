import type { Hold } from '../engine.ts'

/** Whether an engine of steps is stopped, and how. */
export class Holding {
  #hold: Hold | undefined
  #isOver = false

  /** Absent: it goes on. */
  set(hold: Hold | undefined): void {
    this.#hold = hold
    this.#isOver = false
  }

  /** No step begins. */
  get isStopped(): boolean {
    return this.#hold?.what === 'all'
  }

  get admits(): boolean {
    return this.#hold === undefined
  }

  /** The hold that takes effect now that no step is under way and so many run: each once. */
  takesEffect(running: number): Hold | undefined {
    if (!this.#hold || this.#isOver || (this.#hold.what === 'new' && running > 0)) return undefined
    this.#isOver = true
    return this.#hold
  }
}
