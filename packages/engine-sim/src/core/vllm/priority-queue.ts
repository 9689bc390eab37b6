import type { VllmSequence } from './vllm-sequence.ts'
import type { WaitingQueue } from './waiting-queue.ts'

/**
 * The lowest priority number first, and of those who came first; a preempted sequence takes the place that it had.
 *
 * Source: `PriorityRequestQueue` of vLLM 0.33.0.
 */
export class PriorityQueue implements WaitingQueue {
  readonly #sequences: VllmSequence[] = []

  get length(): number {
    return this.#sequences.length
  }

  get head(): VllmSequence | undefined {
    return this.#sequences[0]
  }

  append(sequence: VllmSequence): void {
    let from = 0
    let to = this.#sequences.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (comesBefore(sequence, this.#sequences[middle]!)) to = middle
      else from = middle + 1
    }
    this.#sequences.splice(from, 0, sequence)
  }

  prepend(sequence: VllmSequence): void {
    this.append(sequence)
  }

  removeHead(): void {
    this.#sequences.shift()
  }

  remove(sequence: VllmSequence): boolean {
    const at = this.#sequences.indexOf(sequence)
    if (at >= 0) this.#sequences.splice(at, 1)
    return at >= 0
  }
}

/** Whether a sequence is served before another, and keeps its blocks when the other loses them. */
export function comesBefore(one: VllmSequence, other: VllmSequence): boolean {
  const difference = (one.request.priority ?? 0) - (other.request.priority ?? 0)
  return difference < 0 || (difference === 0 && one.serial < other.serial)
}
