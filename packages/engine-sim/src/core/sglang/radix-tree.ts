import type { BlockLog } from '../steps/block-log.ts'
import { KeySet } from '../steps/key-set.ts'
import type { Backing } from './backing.ts'
import { EvictableLeaves } from './evictable-leaves.ts'
import { HostPages } from './host-pages.ts'
import type { RadixEvictionPolicy } from './leaf-order.ts'
import type { RadixMatch, TieredMatch } from './radix-match.ts'
import { endOfShared, isAttached, lastOnDevice, logRemoved, newRoot, pagesOf, type RadixNode } from './radix-node.ts'

/** What an insert says of the request beside its pages. */
export interface InsertOptions {
  /** Nodes that end in so many leading pages were put there by the same request before, and do not count once more. Default 0. */
  readonly putBefore?: number
  /** Default 0. */
  readonly priority?: number
}

/** So far apart are the uses of a node and of its child that were used together: the child counts as used later. */
const generationGap = 1e-5

/**
 * SGLang's cache of prefixes: a radix tree over pages of KV.
 *
 * Keys are chained (equal keys are equal prefixes), so where two prompts part is found by halving. A node is evicted whole, and only when
 * nobody holds it and nothing is behind it.
 *
 * Source: `UnifiedRadixCache` and `unified_tree_core.py` of SGLang 0.5.23.
 */
export class RadixTree {
  #root = newRoot()
  #clock = 0
  /** Of those on the device, what nobody holds and nothing on the device is behind. */
  readonly #leaves: EvictableLeaves<RadixNode>
  /** Pages that nobody holds. */
  #evictablePages = 0
  #pages = 0
  /** What the host has of it. */
  readonly host: HostPages
  /** Absent: what the device gives up is gone. */
  backing: Backing | undefined = undefined
  readonly #log: BlockLog | undefined
  /** Pages that were evicted, ever, by their keys. */
  readonly forgotten = new KeySet()

  /** `log`: where it is written down which pages come into the tree, and leave it. */
  constructor(log?: BlockLog, policy: RadixEvictionPolicy = 'lru') {
    this.#log = log
    this.#leaves = new EvictableLeaves(policy)
    this.host = new HostPages(policy)
  }

  get root(): RadixNode {
    return this.#root
  }

  get evictablePages(): number {
    return this.#evictablePages
  }

  /** All of it that are on the device. */
  get pages(): number {
    return this.#pages
  }

  /** Finds the leading pages of a prompt that are cached, and counts their whole path as used. A node that is met half-way is split. */
  match(keys: Float64Array, pages: number): TieredMatch {
    let node = this.#root
    let at = 0
    while (at < pages) {
      const child = node.children.get(keys[at]!)
      if (!child) break
      at = endOfShared(child, keys, pages)
      if (at < child.to) {
        node = this.#split(child, at)
        break
      }
      node = child
    }
    if (pages > 0) this.#use(node)
    const device = lastOnDevice(node)
    return { pages: device.to, node: device, hostPages: node.to - device.to, hostNode: node }
  }

  /** Puts the leading pages of a prompt into the tree; `pages` of the result were on the device before. */
  insert(keys: Float64Array, pages: number, { putBefore = 0, priority = 0 }: InsertOptions = {}): RadixMatch {
    let node = this.#root
    let at = 0
    let there = 0
    while (at < pages) {
      const child = node.children.get(keys[at]!)
      if (!child) break
      child.usedAt = this.#tick()
      at = endOfShared(child, keys, pages)
      node = at < child.to ? this.#split(child, at) : child
      if (priority > node.priority) node.priority = priority
      if (node.onDevice) there = at
      else this.#restore(node)
      if (at > putBefore) this.#count(node)
    }
    if (at === pages) return { pages: there, node }
    const leaf = this.#addLeaf(node, { keys, from: at, to: pages, priority, onDevice: true })
    if (pages > putBefore) this.#count(leaf)
    return { pages: there, node: leaf }
  }

  /**
   * Gives the host the leading pages of a prompt behind a node that it has. How many of them it had, or where it is written back the device: all of them where the node has been
   * forgotten.
   *
   * Source: `insert_host` of SGLang 0.5.23.
   */
  insertHost(behind: RadixNode, keys: Float64Array, pages: number): number {
    if (behind !== this.#root && !isAttached(behind)) return pages - behind.to
    let node = behind
    let at = behind.to
    let there = 0
    while (at < pages) {
      const child = node.children.get(keys[at]!)
      if (!child) break
      child.usedAt = this.#tick()
      const end = endOfShared(child, keys, pages)
      node = end < child.to ? this.#split(child, end) : child
      if (node.inHost || this.backing?.isWrittenBack) there += end - at
      else this.host.add(node)
      at = end
    }
    if (at === pages) return there
    const leaf = this.#addLeaf(node, { keys, from: at, to: pages, priority: node.priority, onDevice: false })
    this.host.add(leaf)
    this.host.update(node)
    return there
  }

  /** Keeps a node and what is before it from being evicted. */
  lock(node: RadixNode): void {
    for (let each: RadixNode | undefined = node; each && each !== this.#root; each = each.parent) {
      each.locks += 1
      if (each.locks > 1) continue
      this.#evictablePages -= pagesOf(each)
      this.#leaves.delete(each)
    }
  }

  unlock(node: RadixNode): void {
    for (let each: RadixNode | undefined = node; each && each !== this.#root; each = each.parent) {
      each.locks -= 1
      if (each.locks > 0) continue
      this.#evictablePages += pagesOf(each)
      if (each.deviceChildren === 0) this.#leaves.add(each)
    }
  }

  /** The device gives up leaves, in the order of the policy, until so many pages are free or nothing is left; how many are. The host keeps what it has of them. */
  evict(pages: number): number {
    let evicted = 0
    while (evicted < pages) {
      const leaf = this.#leaves.first
      if (!leaf) break
      if (leaf.inHost || this.backing?.takes(leaf)) this.#demote(leaf)
      else this.#remove(leaf)
      evicted += pagesOf(leaf)
    }
    return evicted
  }

  /** The host gives up leaves that it alone has, likewise; where it is written back, first what the device has too. */
  evictHost(pages: number): void {
    let evicted = this.backing?.isWrittenBack ? this.host.dropDuplicates(pages, (node) => this.#leaves.has(node)) : 0
    while (evicted < pages) {
      const leaf = this.host.firstLeaf
      if (!leaf) break
      evicted += pagesOf(leaf)
      this.#dropFromHost(leaf)
    }
  }

  /** A node that the host alone has, and all such before it, are on the device too from now on. */
  bringBack(node: RadixNode): void {
    if (node.onDevice) return
    this.bringBack(node.parent!)
    this.#restore(node)
  }

  /** Forgets everything; whoever calls sees to it that nobody holds a node. */
  clear(): void {
    if (this.#log) for (const child of this.#root.children.values()) logRemoved(child, this.#log)
    this.#root = newRoot()
    this.#leaves.clear()
    this.host.clear()
    this.#evictablePages = 0
    this.#pages = 0
  }

  #count(node: RadixNode): void {
    if (this.backing?.isWrittenBack) return
    node.hits += 1
    this.backing?.counted(node)
  }

  /** What the host has behind it can no longer be found. */
  #remove(leaf: RadixNode): void {
    for (const child of leaf.children.values()) this.#dropFromHost(child)
    this.#leaveDevice(leaf)
    if (this.#log) logRemoved(leaf, this.#log)
    leaf.parent!.children.delete(leaf.keys[leaf.from]!)
  }

  #demote(leaf: RadixNode): void {
    this.#leaveDevice(leaf)
    this.host.update(leaf)
  }

  #leaveDevice(leaf: RadixNode): void {
    const parent = leaf.parent!
    for (let at = leaf.from; at < leaf.to; at += 1) this.forgotten.add(leaf.keys[at]!)
    leaf.onDevice = false
    this.#leaves.delete(leaf)
    this.#evictablePages -= pagesOf(leaf)
    this.#pages -= pagesOf(leaf)
    parent.deviceChildren -= 1
    if (parent !== this.#root && parent.locks === 0 && parent.deviceChildren === 0) this.#leaves.add(parent)
  }

  #restore(node: RadixNode): void {
    node.onDevice = true
    this.host.update(node)
    this.host.noteDuplicate(node)
    this.#joinDevice(node)
  }

  #joinDevice(leaf: RadixNode): void {
    const parent = leaf.parent!
    parent.deviceChildren += 1
    this.#leaves.delete(parent)
    this.#leaves.add(leaf)
    this.#evictablePages += pagesOf(leaf)
    this.#pages += pagesOf(leaf)
  }

  /** Of a node that the host alone has, and of all behind it. */
  #dropFromHost(node: RadixNode): void {
    const parent = node.parent!
    for (const child of node.children.values()) this.#dropFromHost(child)
    if (this.#log) logRemoved(node, this.#log)
    this.host.remove(node)
    parent.children.delete(node.keys[node.from]!)
    this.host.update(parent)
  }

  #addLeaf(parent: RadixNode, made: Pick<RadixNode, 'keys' | 'from' | 'to' | 'priority' | 'onDevice'>): RadixNode {
    const { keys, from, to } = made
    const createdAt = this.#tick()
    const leaf: RadixNode = {
      ...{ ...made, parent, children: new Map(), locks: 0, hostLocks: 0, usedAt: createdAt, createdAt },
      ...{ hits: 0, inHost: false, deviceChildren: 0 },
    }
    parent.children.set(keys[from]!, leaf)
    if (this.#log) for (let at = from; at < to; at += 1) this.#log.stored(keys[at]!)
    if (leaf.onDevice) this.#joinDevice(leaf)
    return leaf
  }

  /** Parts a node in two and returns the upper one. The lower one counts as just used. */
  #split(node: RadixNode, at: number): RadixNode {
    const { parent, keys, from } = node
    const deviceChildren = node.onDevice ? 1 : 0
    const upper: RadixNode = { ...node, children: new Map(), to: at, usedAt: this.#tick(), deviceChildren }
    parent!.children.set(keys[from]!, upper)
    upper.children.set(keys[at]!, node)
    node.parent = upper
    node.from = at
    this.host.noteDuplicate(upper)
    node.usedAt = this.#tick()
    return upper
  }

  #use(node: RadixNode): void {
    let usedAt = this.#tick()
    for (let each: RadixNode | undefined = node; each; each = each.parent) {
      each.usedAt = usedAt
      usedAt -= generationGap
    }
  }

  #tick(): number {
    this.#clock += 1
    return this.#clock
  }
}
