import type { BlockLog } from '../steps/block-log.ts'

/** A run of pages behind its parent's; what is in it is told by the chained content keys of a prompt. */
export interface RadixNode {
  parent: RadixNode | undefined
  /** By the key of a child's first page. */
  readonly children: Map<number, RadixNode>
  /** Keys of a whole prompt, of which the node is the pages from `from` up to `to`. */
  readonly keys: Float64Array
  from: number
  to: number
  /** Requests that hold it, or what is behind it; and copies that are under way. */
  locks: number
  /** What keeps the host from giving up what it has of it: copies, to the device and to storage, and what is fetched from there for behind it. */
  hostLocks: number
  /** Grows with every use. */
  usedAt: number
  /** When it, or the node it is a part of, was made. */
  readonly createdAt: number
  /** How many requests were put there. */
  hits: number
  /** The highest of the requests that were put there. */
  priority: number
  /** False: the device gave it up, and all that is behind it, and the host has it. */
  onDevice: boolean
  /** The host has it, or is being given it. */
  inHost: boolean
  /** Children that are on the device. */
  deviceChildren: number
}

export function newRoot(): RadixNode {
  return {
    parent: undefined,
    children: new Map(),
    keys: new Float64Array(0),
    ...{ from: 0, to: 0, locks: 0, hostLocks: 0, usedAt: 0, createdAt: 0, hits: 0, priority: 0 },
    ...{ onDevice: true, inHost: false, deviceChildren: 0 },
  }
}

export function pagesOf({ from, to }: RadixNode): number {
  return to - from
}

/** Up to which page a node and a prompt are the same; the node's first page is. */
export function endOfShared({ keys, from, to }: RadixNode, other: Float64Array, pages: number): number {
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

/** Of a node and all behind it. */
export function logRemoved({ keys, from, to, children }: RadixNode, log: BlockLog): void {
  for (const child of children.values()) logRemoved(child, log)
  for (let at = to - 1; at >= from; at -= 1) log.removed(keys[at]!)
}

/** Whether it has not been taken out of its tree. */
export function isAttached(node: RadixNode): boolean {
  return node.parent?.children.get(node.keys[node.from]!) === node
}

/** The node itself, or the last before it that is on the device. */
export function lastOnDevice(node: RadixNode): RadixNode {
  let device = node
  while (!device.onDevice) device = device.parent!
  return device
}
