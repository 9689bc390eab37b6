import type { SglangSequence } from './sglang-sequence.ts'

/**
 * Requests of an engine that computes prompts for others, until there is room for them there: those that have it go on in the order in which they
 * came, as long as there is a buffer for what is sent beside their KV.
 *
 * Source: `pop_bootstrapped` and `ensure_metadata_buffer` of SGLang 0.5.23 (`disaggregation/prefill.py`); buffers: `init_disaggregation`.
 */
export class BootstrapQueue {
  /** Buffers that are not given out. */
  #buffers: number
  #waiting: SglangSequence[] = []
  readonly #hasRoom = new Set<SglangSequence>()

  constructor(maxRunningRequests: number) {
    this.#buffers = 2 * maxRunningRequests
  }

  get length(): number {
    return this.#waiting.length
  }

  add(sequence: SglangSequence): void {
    this.#waiting.push(sequence)
  }

  /** There is room for a sequence, which may not be here yet. */
  roomFound(sequence: SglangSequence): void {
    this.#hasRoom.add(sequence)
  }

  /** Those that go on now; each has a buffer until `done`. */
  take(): readonly SglangSequence[] {
    const taken = this.#waiting.filter((each) => this.#hasRoom.has(each)).slice(0, this.#buffers)
    if (taken.length === 0) return taken
    const set = new Set(taken)
    this.#waiting = this.#waiting.filter((each) => !set.has(each))
    for (const sequence of taken) sequence.hasBuffer = true
    this.#buffers -= taken.length
    return taken
  }

  /** A sequence is over, wherever it was. */
  done(sequence: SglangSequence): void {
    this.#hasRoom.delete(sequence)
    this.#waiting = this.#waiting.filter((each) => each !== sequence)
    if (sequence.hasBuffer) this.#buffers += 1
    sequence.hasBuffer = false
  }
}
