import type { BlockLog } from '../steps/block-log.ts'
import { KeySet } from '../steps/key-set.ts'
import { type LeafOrder, leafOrders, type RadixEvictionPolicy } from './leaf-order.ts'

/** A run of pages behind its parent's; what is in it is told by the chained content keys of a prompt. */
export interface RadixNode {
  parent: RadixNode | undefined
  /** By the key of a child's first page. */
  readonly children: Map<number, RadixNode>
  /** Keys of a whole prompt, of which the node is the pages from `from` up to `to`. */
  readonly keys: Float64Array
  from: number
  to: number
  /** Requests that hold it, or what is behind it. */
  locks: number
  /** Grows with every use. */
  usedAt: number
  /** When it, or the node it is a part of, was made. */
  readonly createdAt: number
  /** How often whole requests, and not their chunks, were put there. */
  hits: number
  /** The highest of the requests that were put there. */
  priority: number
}

/** What an insert says of the request beside its pages. */
export interface InsertOptions {
  /** Default true. False: a chunk of a prompt, whose request will be put there once more. */
  readonly counts?: boolean
  /** Default 0. */
  readonly priority?: number
}

export interface RadixMatch {
  /** Leading pages that are in the tree. */
  readonly pages: number
  /** Where they end. */
  readonly node: RadixNode
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
  readonly #leaves = new Set<RadixNode>()
  /** Pages that nobody holds. */
  #evictablePages = 0
  #pages = 0
  readonly #log: BlockLog | undefined
  readonly #goesBefore: LeafOrder
  /** Pages that were evicted, ever, by their keys. */
  readonly forgotten = new KeySet()

  /** `log`: where it is written down which pages come into the tree, and leave it. */
  constructor(log?: BlockLog, policy: RadixEvictionPolicy = 'lru') {
    this.#log = log
    this.#goesBefore = leafOrders[policy]
  }

  get root(): RadixNode {
    return this.#root
  }

  get evictablePages(): number {
    return this.#evictablePages
  }

  /** All that are in it. */
  get pages(): number {
    return this.#pages
  }

  /** Finds the leading pages of a prompt that are cached, and counts their whole path as used. A node that is met half-way is split. */
  match(keys: Float64Array, pages: number): RadixMatch {
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
    return { pages: at, node }
  }

  /** Puts the leading pages of a prompt into the tree; `pages` of the result were there before. */
  insert(keys: Float64Array, pages: number, { counts = true, priority = 0 }: InsertOptions = {}): RadixMatch {
    const hits = counts ? 1 : 0
    let node = this.#root
    let at = 0
    while (at < pages) {
      const child = node.children.get(keys[at]!)
      if (!child) break
      child.usedAt = this.#tick()
      at = endOfShared(child, keys, pages)
      node = at < child.to ? this.#split(child, at) : child
      node.hits += hits
      if (priority > node.priority) node.priority = priority
    }
    if (at === pages) return { pages: at, node }
    return { pages: at, node: this.#addLeaf(node, { keys, from: at, to: pages, hits, priority }) }
  }

  /** Keeps a node and what is before it from being evicted. */
  lock(node: RadixNode): void {
    for (let each: RadixNode | undefined = node; each && each !== this.#root; each = each.parent) {
      if (each.locks === 0) {
        this.#evictablePages -= each.to - each.from
        this.#leaves.delete(each)
      }
      each.locks += 1
    }
  }

  unlock(node: RadixNode): void {
    for (let each: RadixNode | undefined = node; each && each !== this.#root; each = each.parent) {
      each.locks -= 1
      if (each.locks > 0) continue
      this.#evictablePages += each.to - each.from
      if (each.children.size === 0) this.#leaves.add(each)
    }
  }

  /** Evicts leaves, in the order of the policy, until so many pages are free or nothing is left; how many were. */
  evict(pages: number): number {
    let evicted = 0
    while (evicted < pages) {
      const leaf = this.#nextLeaf()
      if (!leaf) break
      evicted += leaf.to - leaf.from
      this.#remove(leaf)
    }
    return evicted
  }

  /** Forgets everything; whoever calls sees to it that nobody holds a node. */
  clear(): void {
    if (this.#log) for (const child of this.#root.children.values()) logRemoved(child, this.#log)
    this.#root = newRoot()
    this.#leaves.clear()
    this.#evictablePages = 0
    this.#pages = 0
  }

  #nextLeaf(): RadixNode | undefined {
    let next: RadixNode | undefined
    for (const leaf of this.#leaves) if (!next || this.#goesBefore(leaf, next) < 0) next = leaf
    return next
  }

  #remove(leaf: RadixNode): void {
    const parent = leaf.parent!
    for (let at = leaf.from; at < leaf.to; at += 1) this.forgotten.add(leaf.keys[at]!)
    if (this.#log) logRemoved(leaf, this.#log)
    this.#leaves.delete(leaf)
    this.#evictablePages -= leaf.to - leaf.from
    this.#pages -= leaf.to - leaf.from
    parent.children.delete(leaf.keys[leaf.from]!)
    if (parent !== this.#root && parent.locks === 0 && parent.children.size === 0) this.#leaves.add(parent)
  }

  #addLeaf(parent: RadixNode, made: Pick<RadixNode, 'keys' | 'from' | 'to' | 'hits' | 'priority'>): RadixNode {
    const { keys, from, to } = made
    const createdAt = this.#tick()
    const leaf: RadixNode = { ...made, parent, children: new Map(), locks: 0, usedAt: createdAt, createdAt }
    parent.children.set(keys[from]!, leaf)
    if (this.#log) for (let at = from; at < to; at += 1) this.#log.stored(keys[at]!)
    this.#leaves.delete(parent)
    this.#leaves.add(leaf)
    this.#evictablePages += to - from
    this.#pages += to - from
    return leaf
  }

  /** Parts a node in two and returns the upper one. The lower one counts as just used. */
  #split(node: RadixNode, at: number): RadixNode {
    const { parent, keys, from } = node
    const upper: RadixNode = { ...node, children: new Map(), to: at, usedAt: this.#tick() }
    parent!.children.set(keys[from]!, upper)
    upper.children.set(keys[at]!, node)
    node.parent = upper
    node.from = at
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

/** Of a node and all behind it. */
function logRemoved({ keys, from, to, children }: RadixNode, log: BlockLog): void {
  for (const child of children.values()) logRemoved(child, log)
  for (let at = to - 1; at >= from; at -= 1) log.removed(keys[at]!)
}

function newRoot(): RadixNode {
  return {
    parent: undefined,
    children: new Map(),
    keys: new Float64Array(0),
    ...{ from: 0, to: 0, locks: 0, usedAt: 0, createdAt: 0, hits: 0, priority: 0 },
  }
}

/** Up to which page a node and a prompt are the same; the node's first page is. */
function endOfShared({ keys, from, to }: RadixNode, other: Float64Array, pages: number): number {
  let end = Math.min(to, pages)
  if (keys[end - 1] === other[end - 1]) return end
  let same = from + 1
  while (end - same > 1) {
    const middle = (same + end) >> 1
    if (keys[middle - 1] === other[middle - 1]) same = middle
    else end = middle
  }
  return same
}
