import type { SglangSchedulerConfig } from '../engine-config.ts'
import { takeOut } from '../steps/take-out.ts'
import type { KvPages } from './kv-pages.ts'
import type { SglangSequence } from './sglang-sequence.ts'
import type { Anchor } from './storage-prefetches.ts'
import { WaitingPrefixes } from './waiting-prefixes.ts'

/** The requests that wait to be admitted, and what comes from storage for them meanwhile. */
export class WaitingRequests {
  readonly #pages: KvPages
  readonly #prefixes: WaitingPrefixes
  #sequences: SglangSequence[] = []
  #nowMs = 0
  #hasPassedOver = false

  constructor(pages: KvPages, policy: SglangSchedulerConfig['schedulePolicy']) {
    this.#pages = pages
    this.#prefixes = new WaitingPrefixes(pages, policy)
  }

  get length(): number {
    return this.#sequences.length
  }

  /** When somebody may be admitted, or something has come, though no step ends. */
  get nextMs(): number | undefined {
    const { host, prefetches } = this.#pages
    const next = [host?.nextMs, prefetches?.nextMs].filter((atMs) => atMs !== undefined)
    return next.length > 0 ? Math.min(...next) : undefined
  }

  /** The next steps may see something that has come. */
  get isWatching(): boolean {
    const { host, prefetches } = this.#pages
    return (host?.isBusy || prefetches?.isBusy) ?? false
  }

  /** The time at which the next step is scheduled; those that come in it have been put there. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    const { host, prefetches } = this.#pages
    host?.advance(nowMs)
    prefetches?.advance(nowMs)
    prefetches?.retry(this.#sequences, (sequence) => this.#find(sequence))
  }

  /** Puts a request at the end: a new one, or one that was retracted. */
  push(sequence: SglangSequence, nowMs = this.#nowMs): void {
    const { prefetches } = this.#pages
    if (prefetches) prefetches.begin(sequence, this.#find(sequence), nowMs)
    this.#sequences.push(sequence)
  }

  /** All of them, in the order in which they are looked at in this attempt to admit. */
  order(): readonly SglangSequence[] {
    this.#sequences = this.#prefixes.order(this.#sequences)
    return this.#sequences
  }

  /** Finds what is cached of a request; false where it waits for what comes from storage. */
  isReady(sequence: SglangSequence): boolean {
    const { prefetches } = this.#pages
    if (prefetches && !prefetches.isReady(sequence)) return false
    const anchor = this.#find(sequence)
    if (!prefetches?.hasLost(sequence, anchor)) return true
    this.#hasPassedOver = true
    return false
  }

  /** Whether somebody was passed over, since this was asked last, who may be admitted in the next attempt though nothing happens. */
  takePassedOver(): boolean {
    const has = this.#hasPassedOver
    this.#hasPassedOver = false
    return has
  }

  /** Lets go of those that were admitted. */
  admitted(sequences: readonly SglangSequence[]): void {
    for (const sequence of sequences) this.#pages.prefetches?.admitted(sequence)
    takeOut(this.#sequences, new Set(sequences))
  }

  /** Takes one out, wherever it is. */
  abort(sequence: SglangSequence): void {
    this.#pages.prefetches?.abort(sequence)
    this.#sequences = this.#sequences.filter((each) => each !== sequence)
  }

  #find(sequence: SglangSequence): Anchor {
    this.#pages.match(sequence, sequence.tokens - 1)
    return this.#pages.anchorOf(sequence)
  }
}
