import type { SglangSequence } from './sglang-sequence.ts'

interface Retry {
  /** Up to where storage is known to have it. */
  readonly hitEnd: number | undefined
  dueStep: number | undefined
}

/**
 * Requests of which storage had nothing, or the host no room, and which look again: never whoever is the first that waits.
 *
 * Source: `StoragePrefetchRetries` of `mem_cache/storage_prefetch.py`, SGLang 0.5.23.
 */
export class PrefetchRetries {
  readonly #interval: number
  readonly #pending = new Map<SglangSequence, Retry>()
  #step = 0

  /** In steps; 0: nobody looks again. */
  constructor(interval: number) {
    this.#interval = interval
  }

  get size(): number {
    return this.#pending.size
  }

  want(sequence: SglangSequence, hitEnd?: number): void {
    this.#pending.set(sequence, { hitEnd, dueStep: undefined })
  }

  cancel(sequence: SglangSequence): void {
    this.#pending.delete(sequence)
  }

  clear(): void {
    this.#pending.clear()
  }

  /** Once a step: who looks again now, in the order of the queue, and up to where storage is known to have it. */
  take(
    waiting: readonly SglangSequence[],
    mayRetry: (sequence: SglangSequence) => boolean,
  ): readonly (readonly [sequence: SglangSequence, hitEnd: number | undefined])[] {
    this.#step += 1
    const [head] = waiting
    if (!head || this.#pending.size === 0) return []
    this.#pending.delete(head)
    const ready: [SglangSequence, number | undefined][] = []
    for (const sequence of waiting) {
      const retry = this.#pending.get(sequence)
      if (!retry) continue
      if (this.#interval === 0 || !mayRetry(sequence)) {
        this.#pending.delete(sequence)
        continue
      }
      retry.dueStep ??= this.#step + this.#interval
      if (retry.dueStep > this.#step) continue
      this.#pending.delete(sequence)
      ready.push([sequence, retry.hitEnd])
    }
    return ready
  }
}
