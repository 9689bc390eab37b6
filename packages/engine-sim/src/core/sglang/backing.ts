import type { RadixNode } from './radix-node.ts'

/** What stands behind the device. */
export interface Backing {
  /** It takes what the device gives up, and gives up for that first what the device has too. False: it is given what requests put into the tree. */
  readonly isWrittenBack: boolean
  /** One more request was put where this node is. */
  counted(node: RadixNode): void
  /** Whether a leaf that the device gives up, and that the host lacks, is copied there first. */
  takes(leaf: RadixNode): boolean
}
