import { EvictableLeaves } from './evictable-leaves.ts'
import type { RadixEvictionPolicy } from './leaf-order.ts'
import { isAttached, pagesOf, type RadixNode } from './radix-node.ts'

/** Pages of the tree from one on: those of a node, and of the nodes before it. A node that is parted later goes on to be all of them. */
export interface HostLock {
  readonly node: RadixNode
  readonly from: number
}

/**
 * What the host's memory has of a tree, and what of that it may give up.
 *
 * Source: `evictable_host_leaves`, `full_host_duplicates` and the host locks of `unified_tree_core.py`, SGLang 0.5.23.
 */
export class HostPages {
  /** Of those that the host alone has, what nothing is behind and nobody holds. */
  readonly #leaves: EvictableLeaves<RadixNode>
  /** What the device has too, in the order in which that came to be; and some that it no longer has. */
  readonly #duplicates = new Set<RadixNode>()
  #pages = 0

  constructor(policy: RadixEvictionPolicy) {
    this.#leaves = new EvictableLeaves(policy)
  }

  /** All of it that are in the host, those that the device has too included. */
  get pages(): number {
    return this.#pages
  }

  /** The host has a node from now on. */
  add(node: RadixNode): void {
    node.inHost = true
    this.#pages += pagesOf(node)
    this.update(node)
  }

  /** It no longer has it. */
  remove(node: RadixNode): void {
    node.inHost = false
    this.#pages -= pagesOf(node)
    this.#leaves.delete(node)
  }

  /** Something about a node has changed. */
  update(node: RadixNode): void {
    if (isLeaf(node)) this.#leaves.add(node)
    else this.#leaves.delete(node)
  }

  /** The leaf that is given up next; undefined where there is none. */
  get firstLeaf(): RadixNode | undefined {
    return this.#leaves.first
  }

  /** Keeps the host from giving up a node, and those before it down to page `from`; by default the node alone. */
  lock(node: RadixNode, from = node.from): HostLock {
    const lock = { node, from }
    this.#lock(lock, 1)
    return lock
  }

  unlock(lock: HostLock): void {
    this.#lock(lock, -1)
  }

  /** Device and host may both have a node now. */
  noteDuplicate(node: RadixNode): void {
    if (isDuplicate(node)) this.#duplicates.add(node)
    else this.#duplicates.delete(node)
  }

  /** Gives up copies of what the device has too, the oldest first, until so many pages are free or none is left; how many are. What the device may give up at once goes last, as then `isDeviceLeaf`. */
  dropDuplicates(pages: number, isDeviceLeaf: (node: RadixNode) => boolean): number {
    let dropped = 0
    for (const sparesLeaves of [true, false]) {
      for (const node of this.#duplicates) {
        if (dropped >= pages) return dropped
        if (node.onDevice && node.inHost) {
          if ((sparesLeaves && isDeviceLeaf(node)) || node.hostLocks > 0) continue
          dropped += pagesOf(node)
          this.remove(node)
        }
        this.#duplicates.delete(node)
      }
    }
    return dropped
  }

  clear(): void {
    this.#leaves.clear()
    this.#duplicates.clear()
    this.#pages = 0
  }

  #lock(lock: HostLock, change: 1 | -1): void {
    for (const each of partsOf(lock)) {
      each.hostLocks += change
      this.update(each)
    }
  }
}

/** The nodes that hold such pages now, from the last on. */
export function partsOf({ node, from }: HostLock): RadixNode[] {
  const parts: RadixNode[] = []
  for (let each: RadixNode | undefined = node; each?.parent && each.from >= from; each = each.parent) parts.push(each)
  return parts
}

function isLeaf(node: RadixNode): boolean {
  const { onDevice, inHost, children, hostLocks } = node
  return !onDevice && inHost && children.size === 0 && hostLocks === 0 && isAttached(node)
}

function isDuplicate({ onDevice, inHost, hostLocks }: RadixNode): boolean {
  return onDevice && inHost && hostLocks === 0
}
