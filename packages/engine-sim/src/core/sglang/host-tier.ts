import type { HiCache } from '../offload/hicache-config.ts'
import type { Backing } from './backing.ts'
import { type HostLock, partsOf } from './host-pages.ts'
import { OrderedLink } from './ordered-link.ts'
import type { PageStore } from './page-store.ts'
import { pagesOf, type RadixNode } from './radix-node.ts'
import type { RadixTree } from './radix-tree.ts'
import { StorageBackups } from './storage-backups.ts'

/** A node that is copied, and held in the tree until it is. */
interface Copy {
  readonly node: RadixNode
  /** The first of its pages: by the time that they have come, some may be of a node before it. */
  readonly from: number
  readonly pages: number
}

/** To the device, of it and those before it; the host gives none of them up until it has come. */
interface Load extends Copy {
  readonly lock: HostLock
}

/**
 * The host's memory behind the radix cache: which nodes it has, and when what is copied there and back has come. Whole nodes are copied; what is
 * asked for between two steps goes together, and the copies of one direction follow one another.
 *
 * Source: `mem_cache/unified_radix_cache.py` and `managers/cache_controller.py` of SGLang 0.5.23; ../shared/spec/engine-sim.md 1.6.
 */
export class HostTier implements Backing {
  readonly #tree: RadixTree
  readonly #hostPages: number
  readonly #pageBytes: number
  /** Undefined: nodes are written when the device gives them up. */
  readonly #hitsToWrite: number | undefined
  readonly #toHost: OrderedLink
  readonly #toDevice: OrderedLink
  readonly #backups: StorageBackups | undefined
  readonly leastLoadTokens: number
  /** Copies that begin with the next step. */
  #writes: Copy[] = []
  #loads: Load[] = []
  #writing: (Copy & { readonly endMs: number })[] = []
  #loading: (Load & { readonly endMs: number })[] = []
  /** Pages into which something is fetched that is not the tree's. */
  #stagedPages = 0
  #nowMs = 0
  /** The scheduler waits for copies until then. */
  #blockedMs = 0

  /** `store`: behind it. Absent: nothing is. */
  constructor(config: HiCache, tree: RadixTree, pageSize: number, store?: PageStore) {
    const { hostPages, tokenBytes, writePolicy = 'write_through', hitsToWrite = 2, leastLoadTokens = 10, host } = config
    this.#tree = tree
    this.#hostPages = hostPages
    this.#pageBytes = tokenBytes * pageSize
    this.#hitsToWrite = { write_through: 1, write_through_selective: hitsToWrite, write_back: undefined }[writePolicy]
    this.#toHost = new OrderedLink(host)
    this.#toDevice = new OrderedLink(host)
    this.#backups = store && new StorageBackups(store, tree.host)
    this.leastLoadTokens = leastLoadTokens
    tree.backing = this
  }

  get isWrittenBack(): boolean {
    return this.#hitsToWrite === undefined
  }

  get pages(): { readonly usedPages: number; readonly totalPages: number } {
    return { usedPages: this.#tree.host.pages + this.#stagedPages, totalPages: this.#hostPages }
  }

  /** When the next of the copies that are under way has come. */
  get nextMs(): number | undefined {
    const ends = [...this.#writing, ...this.#loading].map(({ endMs }) => endMs)
    return ends.length > 0 ? Math.min(...ends) : undefined
  }

  /** The next steps give something to storage. */
  get isBusy(): boolean {
    return this.#backups !== undefined && this.#writes.length + this.#writing.length > 0
  }

  /** The time at which the next step is scheduled. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    this.#beginWrites()
    this.#letGo(nowMs)
    this.#backups?.advance(nowMs)
  }

  /** A step has been scheduled: before which instants it does not begin, and does not end. Its prompts are computed while what was found for them is loaded, layer by layer. */
  scheduled(): { readonly beginsFromMs: number; readonly endsFromMs: number } {
    const loads = this.#loads
    this.#loads = []
    const beginsFromMs = this.#blockedMs
    if (loads.length === 0) return { beginsFromMs, endsFromMs: 0 }
    const endMs = this.#toDevice.start(Math.max(this.#nowMs, beginsFromMs), this.#bytesOf(loads))
    for (const load of loads) this.#loading.push({ ...load, endMs })
    return { beginsFromMs, endsFromMs: endMs }
  }

  /** A node and those before it, the last `pages` of them in all, are given back to the device; they are held until they are there. */
  load(node: RadixNode, pages: number): void {
    const from = node.to - pages
    const lock = this.#tree.host.lock(node, from)
    this.#tree.bringBack(node)
    this.#tree.lock(node)
    this.#loads.push({ node, from, pages, lock })
  }

  /** Those before a node are copied before it; none is behind one for which there is no room. */
  counted(node: RadixNode): void {
    if (node.inHost || node.hits < this.#hitsToWrite!) return
    const missing: RadixNode[] = []
    for (let each: RadixNode | undefined = node; each?.parent && !each.inHost; each = each.parent) missing.push(each)
    for (const each of missing.toReversed()) {
      if (!this.#makeRoom(pagesOf(each))) return
      this.#tree.host.add(each)
      this.#tree.lock(each)
      this.#writes.push({ node: each, from: each.from, pages: pagesOf(each) })
    }
  }

  takes(leaf: RadixNode): boolean {
    if (!this.isWrittenBack || !this.#makeRoom(pagesOf(leaf))) return false
    this.#tree.host.add(leaf)
    this.#blockedMs = this.#toHost.start(this.#nowMs, pagesOf(leaf) * this.#pageBytes)
    this.#backups?.add(leaf, this.#nowMs, this.#blockedMs)
    return true
  }

  /** Room for what is fetched: for as much of `pages` as there is, where that is `least` of them; how many they are. */
  stage(pages: number, least: number): number {
    if (this.#freePages < pages) this.#tree.evictHost(pages)
    const staged = Math.min(pages, this.#freePages)
    if (staged < least) return 0
    this.#stagedPages += staged
    return staged
  }

  unstage(pages: number): void {
    this.#stagedPages -= pages
  }

  /** The scheduler waits for all copies that are under way, as there is no memory without what they hold. */
  finishCopies(): void {
    this.#beginWrites()
    this.#blockedMs = Math.max(this.#blockedMs, this.#lastMs)
    this.#letGo(this.#blockedMs)
  }

  /** The tree has forgotten everything. */
  forget(): void {
    this.#writes = []
    this.#loads = []
    this.#writing = []
    this.#loading = []
    this.#stagedPages = 0
    this.#backups?.forget()
  }

  get #freePages(): number {
    const { usedPages, totalPages } = this.pages
    return totalPages - usedPages
  }

  get #lastMs(): number {
    return Math.max(0, ...[...this.#writing, ...this.#loading].map(({ endMs }) => endMs))
  }

  #makeRoom(pages: number): boolean {
    if (this.#freePages < pages) this.#tree.evictHost(pages - this.#freePages)
    return this.#freePages >= pages
  }

  #bytesOf(copies: readonly Copy[]): number {
    return copies.reduce((sum, { pages }) => sum + pages, 0) * this.#pageBytes
  }

  #beginWrites(): void {
    const writes = this.#writes
    this.#writes = []
    if (writes.length === 0) return
    const endMs = this.#toHost.start(this.#nowMs, this.#bytesOf(writes))
    for (const write of writes) this.#writing.push({ ...write, endMs })
  }

  #letGo(nowMs: number): void {
    const written = this.#writing.filter(({ endMs }) => endMs <= nowMs)
    if (written.length > 0) this.#writing = this.#writing.filter(({ endMs }) => endMs > nowMs)
    for (const write of written) {
      this.#tree.unlock(write.node)
      this.#backUp(write)
    }
    const loaded = this.#loading.filter(({ endMs }) => endMs <= nowMs)
    if (loaded.length > 0) this.#loading = this.#loading.filter(({ endMs }) => endMs > nowMs)
    for (const { node, lock } of loaded) {
      this.#tree.unlock(node)
      this.#tree.host.unlock(lock)
      for (const each of partsOf(lock)) this.#tree.host.noteDuplicate(each)
    }
  }

  /** Storage is given the parts of a node that has come, the first of them first. */
  #backUp(write: Copy & { readonly endMs: number }): void {
    if (this.#backups) for (const part of partsOf(write).toReversed()) this.#backups.add(part, this.#nowMs, write.endMs)
  }
}
