import type { VllmSequence } from './vllm-sequence.ts'

/** Those that wait, in the order in which they are looked at. */
export interface WaitingQueue {
  readonly length: number
  readonly head: VllmSequence | undefined
  append(sequence: VllmSequence): void
  /** Takes back one that was preempted. */
  prepend(sequence: VllmSequence): void
  removeHead(): void
  /** False when the sequence does not wait here. */
  remove(sequence: VllmSequence): boolean
}

/** First come, first served; preempted sequences go before all others, the last one put there first. */
export class ArrivalQueue implements WaitingQueue {
  readonly #resumed: VllmSequence[] = []
  #arrived: VllmSequence[] = []
  /** Index of the first of `#arrived` that still waits. */
  #start = 0

  get length(): number {
    return this.#resumed.length + this.#arrived.length - this.#start
  }

  get head(): VllmSequence | undefined {
    return this.#resumed.at(-1) ?? this.#arrived[this.#start]
  }

  append(sequence: VllmSequence): void {
    this.#arrived.push(sequence)
  }

  prepend(sequence: VllmSequence): void {
    this.#resumed.push(sequence)
  }

  removeHead(): void {
    if (this.#resumed.length > 0) {
      this.#resumed.pop()
      return
    }
    this.#start += 1
    if (this.#start > 256 && this.#start * 2 > this.#arrived.length) this.#compact()
  }

  remove(sequence: VllmSequence): boolean {
    const resumedAt = this.#resumed.indexOf(sequence)
    if (resumedAt >= 0) {
      this.#resumed.splice(resumedAt, 1)
      return true
    }
    const arrivedAt = this.#arrived.indexOf(sequence, this.#start)
    if (arrivedAt < 0) return false
    this.#arrived.splice(arrivedAt, 1)
    return true
  }

  #compact(): void {
    this.#arrived = this.#arrived.slice(this.#start)
    this.#start = 0
  }
}
