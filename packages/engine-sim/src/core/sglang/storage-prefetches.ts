import type { HiCacheStorage } from '../offload/hicache-storage-config.ts'
import type { HostLock } from './host-pages.ts'
import type { HostTier } from './host-tier.ts'
import type { PageStore } from './page-store.ts'
import { PrefetchRetries } from './prefetch-retries.ts'
import { type FetchedRun, PrefetchThreads } from './prefetch-threads.ts'
import type { RadixNode } from './radix-node.ts'
import type { RadixTree } from './radix-tree.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** What the tree has of a request: up to which page, and where that is. */
export interface Anchor {
  readonly node: RadixNode
  readonly pages: number
}

interface Prefetch extends FetchedRun {
  readonly sequence: SglangSequence
  /** What it is fetched for behind of. */
  readonly anchor: RadixNode
  readonly lock: HostLock
  /** Up to which page it has come, as far as the scheduler has seen. */
  doneTo: number
  /** Pages of the host that it has. */
  staged: number
}

/** What is known of a request while it waits. */
interface Wait {
  attempts: number
  /** What the tree had of it when storage was asked last. */
  matchedPages: number
  deadlineMs: number | undefined
  isExpired: boolean
}

/**
 * What is fetched from storage into the host's memory for requests that wait: from when they come until they are admitted.
 *
 * Source: `prefetch_from_storage`, `check_prefetch_progress`, `_handle_prefetch_result` and `_drain_storage_control_queues_impl` of
 * `mem_cache/unified_radix_cache.py`, `_prefetch_after_device_hit_loss` of `managers/scheduler.py`; SGLang 0.5.23.
 */
export class StoragePrefetches {
  readonly #tree: RadixTree
  readonly #host: HostTier
  readonly #threads: PrefetchThreads<Prefetch>
  readonly #retries: PrefetchRetries
  readonly #policy: NonNullable<HiCacheStorage['prefetchPolicy']>
  readonly #leastPages: number
  /** With so many pages looked for nobody else looks. */
  readonly #mostPages: number
  readonly #baseMs: number
  readonly #pageMs: number
  readonly #maxAttempts: number
  readonly #pageSize: number
  readonly #underWay = new Map<SglangSequence, Prefetch>()
  readonly #waits = new Map<SglangSequence, Wait>()
  /** Pages that those under way look for. */
  #wantedPages = 0
  #nowMs = 0

  constructor(config: HiCacheStorage, store: PageStore, parts: { tree: RadixTree; host: HostTier; pageSize: number }) {
    const { tree, host, pageSize } = parts
    this.#tree = tree
    this.#host = host
    this.#pageSize = pageSize
    this.#threads = new PrefetchThreads(store)
    this.#retries = new PrefetchRetries(config.retryPollInterval ?? 8)
    this.#policy = config.prefetchPolicy ?? 'timeout'
    this.#leastPages = (config.prefetchThreshold ?? 256) / pageSize
    this.#mostPages = host.pages.totalPages / 2
    this.#baseMs = (config.prefetchTimeoutBaseS ?? 1) * 1e3
    this.#pageMs = (pageSize / 1024) * (config.prefetchTimeoutPerKiTokenS ?? 0.25) * 1e3
    this.#maxAttempts = config.retryMaxAttempts ?? 8
  }

  /** When somebody who waits may be admitted, though nothing else happens. */
  get nextMs(): number | undefined {
    const deadlines = [...this.#underWay.keys()].flatMap((sequence) => this.#waits.get(sequence)?.deadlineMs ?? [])
    const next = [...deadlines.filter((atMs) => atMs > this.#nowMs), ...[this.#threads.nextMs ?? []].flat()]
    return next.length > 0 ? Math.min(...next) : undefined
  }

  /** The next steps see something of it. */
  get isBusy(): boolean {
    return this.#underWay.size + this.#retries.size > 0
  }

  /** A request begins to wait, or waits again after it was retracted. */
  begin(sequence: SglangSequence, anchor: Anchor, nowMs: number): void {
    const wait: Wait = { attempts: 0, matchedPages: anchor.pages, deadlineMs: undefined, isExpired: false }
    this.#waits.set(sequence, wait)
    this.#lookFor(sequence, anchor, nowMs)
  }

  /** The time at which the next step is scheduled: what has come is the host's. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    for (const { run, end } of this.#threads.takeFound(nowMs)) if (this.#isCurrent(run)) this.#stage(run, end)
    for (const { run, end, isLast } of this.#threads.takeRead(nowMs)) {
      if (this.#isCurrent(run)) {
        run.doneTo = end
        if (isLast) this.#keep(run)
      }
      if (isLast) this.#unstage(run, run.staged)
    }
  }

  /** Who waits, and has nothing, looks again. `find`: what the tree has of it. */
  retry(waiting: readonly SglangSequence[], find: (sequence: SglangSequence) => Anchor): void {
    const mayRetry = (sequence: SglangSequence) => this.#waits.get(sequence)!.attempts < this.#maxAttempts
    for (const [sequence, hitEnd] of this.#retries.take(waiting, mayRetry))
      this.#fetchAgain(sequence, find(sequence), hitEnd)
  }

  /** Whether a request need not wait any more for what comes for it; then what has come is the host's. */
  isReady(sequence: SglangSequence): boolean {
    const prefetch = this.#underWay.get(sequence)
    if (!prefetch) return true
    const wait = this.#waits.get(sequence)!
    if (!this.#mayStop(prefetch, wait)) return false
    if (this.#policy === 'timeout') wait.isExpired = true
    prefetch.isTerminated = true
    if (prefetch.staged > 0) this.#keep(prefetch)
    else {
      if (!wait.isExpired) this.#retries.want(sequence)
      this.#drop(prefetch)
    }
    return true
  }

  /** Whether the tree has less of a request than when storage was asked, so that it is asked again. */
  hasLost(sequence: SglangSequence, anchor: Anchor): boolean {
    const wait = this.#waits.get(sequence)!
    if (anchor.pages >= wait.matchedPages) return false
    if (wait.attempts >= this.#maxAttempts) {
      wait.matchedPages = anchor.pages
      return false
    }
    this.#fetchAgain(sequence, anchor)
    return true
  }

  admitted(sequence: SglangSequence): void {
    this.#retries.cancel(sequence)
    this.#waits.delete(sequence)
  }

  abort(sequence: SglangSequence): void {
    this.admitted(sequence)
    const prefetch = this.#underWay.get(sequence)
    if (!prefetch) return
    prefetch.isTerminated = true
    if (prefetch.staged > 0) this.#unstage(prefetch, prefetch.doneTo - prefetch.from)
    this.#drop(prefetch)
  }

  /** The tree has forgotten everything, and nobody waits. */
  forget(): void {
    this.#threads.forget()
    this.#retries.clear()
    this.#underWay.clear()
    this.#waits.clear()
    this.#wantedPages = 0
  }

  #fetchAgain(sequence: SglangSequence, anchor: Anchor, hitEnd?: number): void {
    const wait = this.#waits.get(sequence)!
    wait.attempts += 1
    wait.matchedPages = anchor.pages
    this.#lookFor(sequence, anchor, this.#nowMs, hitEnd)
  }

  #lookFor(sequence: SglangSequence, { node, pages: from }: Anchor, nowMs: number, hitEnd?: number): void {
    // What is behind a node that the host lacks is not in storage either.
    if ((!node.inHost && node.parent) || this.#underWay.has(sequence)) return
    this.#retries.cancel(sequence)
    if (this.#waits.get(sequence)!.isExpired) return
    const last = Math.floor((sequence.tokens - 1) / this.#pageSize)
    const knownEnd = hitEnd !== undefined && from < hitEnd && hitEnd <= last ? hitEnd : undefined
    const to = knownEnd ?? last
    if (to - from < this.#leastPages) return
    if (this.#wantedPages >= this.#mostPages) {
      this.#retries.want(sequence, hitEnd)
      return
    }
    const lock = this.#tree.host.lock(node)
    const run = { keys: sequence.keysOf(to), from, to, knownEnd, readTo: from, isTerminated: false }
    const prefetch: Prefetch = { ...run, sequence, anchor: node, lock, doneTo: from, staged: 0 }
    this.#underWay.set(sequence, prefetch)
    this.#wantedPages += to - from
    this.#threads.ask(prefetch, nowMs)
  }

  /** Storage has a prefetch up to a page: it is read if that is enough, and if the host has room for enough of it. */
  #stage(prefetch: Prefetch, end: number): void {
    const { sequence, from } = prefetch
    const isEnough = end - from >= this.#leastPages
    prefetch.staged = isEnough ? this.#host.stage(end - from, this.#leastPages) : 0
    if (prefetch.staged === 0) {
      this.#drop(prefetch)
      this.#retries.want(sequence, isEnough ? end : undefined)
      return
    }
    prefetch.readTo = from + prefetch.staged
    this.#threads.read(prefetch, this.#nowMs)
  }

  #mayStop({ from, to }: Prefetch, wait: Wait): boolean {
    if (this.#policy !== 'timeout') return this.#policy === 'best_effort'
    wait.deadlineMs ??= this.#nowMs + this.#baseMs + (to - from) * this.#pageMs
    return this.#nowMs >= wait.deadlineMs
  }

  /** What has come of a prefetch is the tree's. */
  #keep(prefetch: Prefetch): void {
    const { sequence, anchor, keys, from, doneTo } = prefetch
    this.#unstage(prefetch, doneTo - from)
    const there = doneTo > from ? this.#tree.insertHost(anchor, keys, doneTo) : 0
    if (doneTo - from > there) {
      const fromTokens = (from + there) * this.#pageSize
      sequence.fromStorage = { fromTokens, toTokens: doneTo * this.#pageSize }
    }
    this.#drop(prefetch)
  }

  #drop({ sequence, lock, from, to }: Prefetch): void {
    this.#tree.host.unlock(lock)
    this.#underWay.delete(sequence)
    this.#wantedPages -= to - from
  }

  #unstage(prefetch: Prefetch, pages: number): void {
    prefetch.staged -= pages
    this.#host.unstage(pages)
  }

  #isCurrent(prefetch: Prefetch): boolean {
    return this.#underWay.get(prefetch.sequence) === prefetch
  }
}
