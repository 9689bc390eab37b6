import type { HiCacheStorage } from '../offload/hicache-storage-config.ts'
import { SharedLink } from '../offload/shared-link.ts'
import { TierStore } from '../offload/tier-store.ts'

/** Some pages of a prompt, by their chained keys. */
export interface PageRun {
  readonly keys: Float64Array
  readonly from: number
  readonly to: number
}

/**
 * The storage behind the host's memory of one engine or of several: which pages it has, and how long they take to come and go. Those that use it
 * share a link each way.
 *
 * It is told the time. What it calls back may have happened before it was told, at the instant that it says.
 *
 * Source: `mem_cache/hicache_storage.py` of SGLang 0.5.23, and its model of a storage without a medium (`mem_cache/storage/sim_storage.py`).
 */
export class PageStore {
  readonly #pageBytes: number
  readonly #pages: TierStore
  readonly #in: SharedLink
  readonly #out: SharedLink

  constructor(config: HiCacheStorage, pageBytes: number) {
    this.#pageBytes = pageBytes
    this.#pages = new TierStore(config.pages ?? Number.POSITIVE_INFINITY)
    this.#in = new SharedLink(config)
    this.#out = new SharedLink(config)
  }

  /** Pages that it has, or is given. */
  get size(): number {
    return this.#pages.size
  }

  /** Next instant at which something may come from it, as long as nothing is asked for before. */
  get nextMs(): number | undefined {
    return this.#out.nextMs
  }

  advance(nowMs: number): void {
    this.#in.advance(nowMs)
    this.#out.advance(nowMs)
  }

  /** Says up to which page it has a run without a gap. */
  ask(nowMs: number, run: PageRun, done: (atMs: number, end: number) => void): void {
    this.#out.start(nowMs, 0, (atMs) => {
      this.#in.advance(atMs)
      done(atMs, this.#endOf(run))
    })
  }

  /** Brings what it has of a run without a gap, and says up to where that is. */
  read(nowMs: number, run: PageRun, done: (atMs: number, end: number) => void): void {
    this.#in.advance(nowMs)
    const end = this.#endOf(run)
    const read = run.keys.subarray(run.from, end)
    for (const key of read) this.#pages.hold(key)
    this.#out.start(nowMs, read.length * this.#pageBytes, (atMs) => {
      for (const key of read) {
        this.#pages.letGo(key)
        this.#pages.touch(key)
      }
      done(atMs, end)
    })
  }

  /** Takes what it lacks of a run; false where it has no room for all of it. `waitMs`: what is written is there so much later. */
  write(nowMs: number, { keys, from, to }: PageRun, done: (atMs: number, isWhole: boolean) => void, waitMs = 0): void {
    this.#in.advance(nowMs)
    const run = keys.subarray(from, to)
    const missing = run.filter((key) => !this.#pages.has(key))
    const written = missing.filter((key) => this.#pages.knows(key) || this.#pages.reserve(key))
    const arrived = (atMs: number) => {
      for (const key of written) this.#pages.ready(key)
      for (const key of run) this.#pages.touch(key)
      done(atMs, written.length === missing.length)
    }
    this.#in.start(nowMs, written.length * this.#pageBytes, arrived, waitMs)
  }

  #endOf({ keys, from, to }: PageRun): number {
    let end = from
    while (end < to && this.#pages.has(keys[end]!)) end += 1
    return end
  }
}
