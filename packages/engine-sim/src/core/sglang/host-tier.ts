import type { HiCache } from '../offload/hicache-config.ts'
import { OrderedLink } from './ordered-link.ts'
import { pagesOf, type RadixNode } from './radix-node.ts'
import type { RadixTree } from './radix-tree.ts'

/** A node that is copied, and held in the tree until it is. */
interface Copy {
  readonly node: RadixNode
  readonly pages: number
}

/**
 * The host's memory behind the radix cache: which nodes it has, and when what is copied there and back has come. Whole nodes are copied; the copies of one
 * direction follow one another.
 *
 * Source: `mem_cache/hiradix_cache.py` and `managers/cache_controller.py` of SGLang 0.5; ../shared/spec/engine-sim.md 1.6.
 */
export class HostTier {
  readonly #tree: RadixTree
  readonly #hostPages: number
  readonly #pageBytes: number
  /** Undefined: nodes are written when the device gives them up. */
  readonly #hitsToWrite: number | undefined
  readonly #toHost: OrderedLink
  readonly #toDevice: OrderedLink
  readonly leastLoadTokens: number
  /** Copies that begin with the next step. */
  #writes: Copy[] = []
  #loads: Copy[] = []
  #underWay: (Copy & { readonly endMs: number })[] = []
  #nowMs = 0
  /** The scheduler waits for copies until then. */
  #blockedMs = 0

  constructor(config: HiCache, tree: RadixTree, pageSize: number) {
    const { hostPages, tokenBytes, writePolicy = 'write_through', hitsToWrite = 2, leastLoadTokens = 10, host } = config
    this.#tree = tree
    this.#hostPages = hostPages
    this.#pageBytes = tokenBytes * pageSize
    this.#hitsToWrite = { write_through: 1, write_through_selective: hitsToWrite, write_back: undefined }[writePolicy]
    this.#toHost = new OrderedLink(host)
    this.#toDevice = new OrderedLink(host)
    this.leastLoadTokens = leastLoadTokens
    tree.backing = this
  }

  get pages(): { readonly usedPages: number; readonly totalPages: number } {
    return { usedPages: this.#tree.hostPages, totalPages: this.#hostPages }
  }

  /** When the next of the copies that are under way has come. */
  get nextMs(): number | undefined {
    return this.#underWay.length > 0 ? Math.min(...this.#underWay.map(({ endMs }) => endMs)) : undefined
  }

  /** The time at which the next step is scheduled. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    this.#beginWrites()
    this.#letGo(nowMs)
  }

  /** A step has been scheduled: before which instants it does not begin, and does not end. Its prompts are computed while what was found for them is loaded, layer by layer. */
  scheduled(): { readonly beginsFromMs: number; readonly endsFromMs: number } {
    const loads = this.#loads
    this.#loads = []
    const beginsFromMs = this.#blockedMs
    if (loads.length === 0) return { beginsFromMs, endsFromMs: 0 }
    const bytes = loads.reduce((sum, { pages }) => sum + pages, 0) * this.#pageBytes
    const endMs = this.#toDevice.start(Math.max(this.#nowMs, beginsFromMs), bytes)
    for (const load of loads) this.#underWay.push({ ...load, endMs })
    return { beginsFromMs, endsFromMs: endMs }
  }

  /** A node and those before it, `pages` in all, are given back to the device; they are held until they are there. */
  load(node: RadixNode, pages: number): void {
    this.#tree.bringBack(node)
    this.#tree.lock(node)
    this.#loads.push({ node, pages })
  }

  counted(node: RadixNode): void {
    if (this.#hitsToWrite === undefined || node.inHost || node.hits < this.#hitsToWrite) return
    if (!this.#makeRoom(node)) return
    this.#tree.addToHost(node)
    this.#tree.lock(node)
    this.#writes.push({ node, pages: pagesOf(node) })
  }

  takes(leaf: RadixNode): boolean {
    if (this.#hitsToWrite !== undefined || !this.#makeRoom(leaf)) return false
    this.#tree.addToHost(leaf)
    this.#blockedMs = this.#toHost.start(this.#nowMs, pagesOf(leaf) * this.#pageBytes)
    return true
  }

  /** The scheduler waits for all copies that are under way, as there is no memory without what they hold. */
  finishCopies(): void {
    this.#beginWrites()
    this.#blockedMs = Math.max(this.#blockedMs, ...this.#underWay.map(({ endMs }) => endMs))
    this.#letGo(this.#blockedMs)
  }

  /** The tree has forgotten everything. */
  forget(): void {
    this.#writes = []
    this.#loads = []
    this.#underWay = []
  }

  #makeRoom(node: RadixNode): boolean {
    const pages = pagesOf(node)
    const lacks = () => this.#tree.hostPages + pages > this.#hostPages
    if (lacks()) this.#tree.evictHost(pages)
    return !lacks()
  }

  #beginWrites(): void {
    for (const write of this.#writes) {
      const endMs = this.#toHost.start(this.#nowMs, write.pages * this.#pageBytes)
      this.#underWay.push({ ...write, endMs })
    }
    this.#writes = []
  }

  #letGo(nowMs: number): void {
    const come = this.#underWay.filter(({ endMs }) => endMs <= nowMs)
    if (come.length === 0) return
    this.#underWay = this.#underWay.filter(({ endMs }) => endMs > nowMs)
    for (const { node } of come) this.#tree.unlock(node)
  }
}
