import type { RadixNode } from './radix-node.ts'

export interface RadixMatch {
  /** Leading pages that are on the device. */
  readonly pages: number
  /** Where they end. */
  readonly node: RadixNode
}

export interface TieredMatch extends RadixMatch {
  /** Pages behind those that the host alone has. */
  readonly hostPages: number
  /** Where they end. */
  readonly hostNode: RadixNode
}
