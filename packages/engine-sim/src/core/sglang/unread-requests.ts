import type { SglangSequence } from './sglang-sequence.ts'

/**
 * Requests that have come and that the scheduler has not read: while it decodes it looks for new ones every `interval` steps, after a prefill and when idle at once.
 *
 * Source: SGLang 0.5.9, `managers/scheduler_recv_skipper.py` (a decode weighs 1, a prefill 1,000; an idle loop comes round until it reads).
 */
export class UnreadRequests {
  readonly #interval: number
  #sequences: SglangSequence[] = []
  /** Decode steps since it last looked. */
  #passed = 0

  constructor(interval: number) {
    this.#interval = interval
  }

  get length(): number {
    return this.#sequences.length
  }

  add(sequence: SglangSequence): void {
    this.#sequences.push(sequence)
  }

  remove(sequence: SglangSequence): void {
    this.#sequences = this.#sequences.filter((each) => each !== sequence)
  }

  /** Those that the next step knows of, in the order in which they came; asked once a step, that of a decode after a decode being the one that may skip it. */
  take(afterDecode: boolean): readonly SglangSequence[] {
    this.#passed += 1
    if (afterDecode && this.#passed < this.#interval) return []
    this.#passed = 0
    const taken = this.#sequences
    this.#sequences = []
    return taken
  }

  /** So many decode steps more are scheduled before anything that waits here is read. */
  get stepsUnheard(): number {
    return this.#sequences.length === 0 ? Number.POSITIVE_INFINITY : this.#interval - this.#passed - 1
  }

  /** So many decode steps were scheduled that `take` was not asked for: nothing was read in them. */
  pass(steps: number): void {
    this.#passed = (this.#passed + steps) % this.#interval
  }
}
