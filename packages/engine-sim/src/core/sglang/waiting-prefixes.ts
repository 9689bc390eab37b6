import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { KvPages } from './kv-pages.ts'
import { RadixTree } from './radix-tree.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** Waiting requests whose prefixes are looked up; with more than these, the order of arrival is kept. */
const mostMatched = 128
/** Every so many attempts to admit, prefixes of those that wait count as used. */
const refreshInterval = 32
/** Prefixes that are no longer than this are looked for among those that wait, and that are this long there put a request behind. */
const shortPrefix = 32

/**
 * In which order requests that wait are looked at, and what that does to the cache.
 *
 * Source: `SchedulePolicy` of SGLang 0.5.23.
 */
export class WaitingPrefixes {
  readonly #pages: KvPages
  readonly #policy: SglangSchedulerConfig['schedulePolicy']
  #attempts = 0

  constructor(pages: KvPages, policy: SglangSchedulerConfig['schedulePolicy']) {
    this.#pages = pages
    this.#policy = pages.cachesPrefixes ? policy : 'fcfs'
  }

  /** The order of a queue for this attempt to admit. */
  order(waiting: SglangSequence[]): SglangSequence[] {
    if (this.#policy === 'lpm' && waiting.length <= mostMatched) return this.#longestFirst(waiting)
    this.#refresh(waiting)
    return waiting
  }

  /** The longest cached prefix first; whoever shares a prefix that is not cached yet with one before it goes last. */
  #longestFirst(waiting: readonly SglangSequence[]): SglangSequence[] {
    const { pageSize } = this.#pages
    const seen = new RadixTree()
    const rank = new Map<SglangSequence, number>()
    for (const sequence of waiting) {
      this.#pages.match(sequence, sequence.tokens)
      const found = sequence.prefixTokens
      rank.set(sequence, -Math.min(found + (sequence.inHost?.tokens ?? 0), sequence.tokens - 1))
      if (found > shortPrefix) continue
      const pages = Math.floor(sequence.tokens / pageSize)
      const keys = sequence.keysOf(pages)
      if (seen.match(keys, pages).pages * pageSize >= shortPrefix) rank.set(sequence, Number.POSITIVE_INFINITY)
      else seen.insert(keys, pages)
    }
    return waiting.toSorted((one, other) => compare(rank.get(one)!, rank.get(other)!))
  }

  /** The head of the queue last, so that its prefix is evicted last; where the policy that evicts is another one, never. */
  #refresh(waiting: readonly SglangSequence[]): void {
    const { cachesPrefixes, evictionPolicy } = this.#pages
    if (waiting.length === 0 || !cachesPrefixes || evictionPolicy !== 'lru') return
    const isDue = this.#attempts % refreshInterval === 0
    this.#attempts += 1
    if (!isDue) return
    for (const sequence of waiting.slice(0, mostMatched).toReversed()) this.#pages.touch(sequence, sequence.tokens)
  }
}

function compare(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1
}
