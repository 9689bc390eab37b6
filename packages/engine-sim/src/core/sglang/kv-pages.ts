import type { HiCache } from '../offload/hicache-config.ts'
import type { BlockLog } from '../steps/block-log.ts'
import { HostTier } from './host-tier.ts'
import type { RadixEvictionPolicy } from './leaf-order.ts'
import type { PageStore } from './page-store.ts'
import { RadixTree } from './radix-tree.ts'
import type { SglangSequence } from './sglang-sequence.ts'
import { type Anchor, StoragePrefetches } from './storage-prefetches.ts'

interface KvPagesConfig {
  readonly numPages: number
  readonly pageSize: number
  readonly enablePrefixCaching: boolean
  /** Default `lru`. */
  readonly evictionPolicy?: RadixEvictionPolicy | undefined
  /** Absent: nothing stands behind the device. */
  readonly hicache?: HiCache | undefined
  /** What stands behind its host; absent: nothing. */
  readonly store?: PageStore | undefined
}

/**
 * The KV pool and the tree of what is cached in it. Pages are all alike, so that they are counted and not named.
 *
 * Source: `mem_cache/common.py`, `allocation.py` and `unified_radix_cache.py` of SGLang 0.5.23.
 */
export class KvPages {
  readonly pageSize: number
  readonly numPages: number
  readonly evictionPolicy: RadixEvictionPolicy
  readonly tree: RadixTree
  readonly host: HostTier | undefined
  /** What is fetched from the storage behind the host; absent: there is none. */
  readonly prefetches: StoragePrefetches | undefined
  readonly #cachesPrefixes: boolean
  #freePages: number
  #evictedPages = 0
  #rows = 0

  constructor(config: KvPagesConfig, log?: BlockLog) {
    const { numPages, pageSize, enablePrefixCaching, evictionPolicy = 'lru', hicache, store } = config
    this.evictionPolicy = evictionPolicy
    this.tree = new RadixTree(log, evictionPolicy)
    this.host = hicache && new HostTier(hicache, this.tree, pageSize, store)
    if (this.host && hicache?.storage && store) {
      const parts = { tree: this.tree, host: this.host, pageSize }
      this.prefetches = new StoragePrefetches(hicache.storage, store, parts)
    }
    this.numPages = numPages
    this.pageSize = pageSize
    this.#cachesPrefixes = enablePrefixCaching
    this.#freePages = numPages
  }

  get cachesPrefixes(): boolean {
    return this.#cachesPrefixes
  }

  get freeTokens(): number {
    return this.#freePages * this.pageSize
  }

  get evictableTokens(): number {
    return this.tree.evictablePages * this.pageSize
  }

  get freePages(): number {
    return this.#freePages
  }

  /** Pages that no request holds. What is copied for nobody counts, though it can be given to others only then. */
  get unusedPages(): number {
    return this.#rows === 0 ? this.numPages : this.#freePages + this.tree.evictablePages
  }

  get evictedPages(): number {
    return this.#evictedPages
  }

  /** Requests that have pages, or the right to some. */
  get rows(): number {
    return this.#rows
  }

  ceil(tokens: number): number {
    return Math.ceil(tokens / this.pageSize) * this.pageSize
  }

  /** Finds what is cached of the first `tokens` of a sequence, on the device and behind that in the host, and holds it back from nobody. */
  match(sequence: SglangSequence, tokens: number): void {
    sequence.prefixTokens = 0
    sequence.heldNode = undefined
    sequence.inHost = undefined
    if (sequence.cachedTokens === undefined) sequence.hostTokens = 0
    if (!this.#cachesPrefixes) return
    const pages = Math.floor(tokens / this.pageSize)
    const found = this.tree.match(sequence.keysOf(pages), pages)
    sequence.prefixTokens = found.pages * this.pageSize
    sequence.heldNode = found.node
    if (found.hostPages > 0) sequence.inHost = { node: found.hostNode, tokens: found.hostPages * this.pageSize }
  }

  /**
   * Begins to load what the host has of a sequence whose place in the tree is held, if there is room for all of it and it is not too little.
   *
   * Source: `load_back` of SGLang 0.5 (`mem_cache/hiradix_cache.py`).
   */
  loadBack(sequence: SglangSequence): void {
    const { inHost, heldNode } = sequence
    const { host, tree } = this
    sequence.inHost = undefined
    if (!host || !inHost || !heldNode || inHost.tokens < host.leastLoadTokens) return
    const kept = tree.host.lock(inHost.node)
    const hasRoom = this.makeRoom(inHost.tokens)
    tree.host.unlock(kept)
    if (!hasRoom) return
    const pages = inHost.tokens / this.pageSize
    this.#freePages -= pages
    host.load(inHost.node, pages)
    tree.lock(inHost.node)
    tree.unlock(heldNode)
    sequence.heldNode = inHost.node
    sequence.prefixTokens += inHost.tokens
    if (sequence.cachedTokens === undefined) sequence.hostTokens = inHost.tokens
  }

  /** Up to which page the tree has a sequence, as it was matched last, and where that is. */
  anchorOf({ prefixTokens, heldNode, inHost }: SglangSequence): Anchor {
    const pages = (prefixTokens + (inHost?.tokens ?? 0)) / this.pageSize
    return { node: inHost?.node ?? heldNode ?? this.tree.root, pages }
  }

  /** Counts what is cached of the first `tokens` of a sequence as used. */
  touch(sequence: SglangSequence, tokens: number): void {
    const pages = Math.floor(tokens / this.pageSize)
    this.tree.match(sequence.keysOf(pages), pages)
  }

  /** Forgets what is cached; whoever calls sees to it that no sequence holds anything. */
  forget(): void {
    this.#freePages += this.tree.pages
    this.tree.clear()
    this.host?.forget()
    this.prefetches?.forget()
  }

  /** Evicts until so many tokens are free, or nothing is left to evict. Whether they are. */
  makeRoom(tokens: number): boolean {
    const missing = tokens - this.freeTokens
    if (missing > 0 && this.#cachesPrefixes) {
      const evicted = this.tree.evict(Math.ceil(missing / this.pageSize))
      this.#freePages += evicted
      this.#evictedPages += evicted
    }
    return this.freeTokens >= tokens
  }

  /** A sequence begins to have pages: behind those of the tree that it holds. */
  takeRow(sequence: SglangSequence): void {
    if (sequence.hasRow) return
    sequence.hasRow = true
    sequence.treePages = Math.floor(sequence.prefixTokens / this.pageSize)
    this.#rows += 1
  }

  /** Gives a sequence the pages that it lacks up to `tokens`; what it has already ends at `have`. Room has been made. */
  grow(sequence: SglangSequence, tokens: number, have = sequence.computed): void {
    const pages = Math.ceil(tokens / this.pageSize) - Math.ceil(have / this.pageSize)
    if (pages > this.#freePages) this.#awaitCopies(pages)
    this.#freePages -= pages
    sequence.computed = tokens
    if (this.#freePages < 0) throw new Error(`${sequence.request.id} was given pages that are not there`)
  }

  /** Leaves the first `tokens` of a sequence to the tree. Pages that the tree had already are freed, and the sequence uses the tree's. */
  keep(sequence: SglangSequence, tokens: number): void {
    if (!this.#cachesPrefixes) return
    const pages = Math.floor(tokens / this.pageSize)
    const keys = sequence.keysOf(pages)
    const { priority = 0 } = sequence.request
    const inserted = this.tree.insert(keys, pages, { putBefore: sequence.putPages, priority })
    sequence.putPages = Math.max(sequence.putPages, pages)
    // Parted at the end of the prompt, so that the output can be evicted without it, and goes before it.
    const promptPages = Math.floor(sequence.request.promptTokens / this.pageSize)
    if (promptPages > 0 && promptPages < pages)
      this.tree.insert(keys, promptPages, { putBefore: promptPages, priority: priority + 1 })
    this.#freePages += Math.max(0, inserted.pages - sequence.treePages)
    sequence.treePages = pages
    this.#letGo(sequence)
    this.tree.lock(inserted.node)
    sequence.heldNode = inserted.node
  }

  /** Frees what a sequence has for itself, and lets go of what it holds in the tree. */
  release(sequence: SglangSequence): void {
    this.#freePages += Math.ceil(sequence.computed / this.pageSize) - sequence.treePages
    this.#letGo(sequence)
    sequence.heldNode = undefined
    sequence.treePages = 0
    sequence.putPages = 0
    sequence.computed = 0
    sequence.prefixTokens = 0
    sequence.hasRow = false
    this.#rows -= 1
  }

  #awaitCopies(pages: number): void {
    this.host?.finishCopies()
    this.makeRoom(pages * this.pageSize)
  }

  #letGo({ heldNode }: SglangSequence): void {
    if (heldNode) this.tree.unlock(heldNode)
  }
}
