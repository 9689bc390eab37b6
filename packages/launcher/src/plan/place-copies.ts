import { copiesOf, type PlannedProcess, type ProcessCopy } from './planned-process.ts'

/** Where a copy of a process runs: the first of its nodes is the one that is talked to. */
export interface PlacedCopy {
  readonly copy: ProcessCopy
  /** Which of the allocation's nodes, from 0. */
  readonly nodes: readonly number[]
  /** Accelerators that it has on each of them. */
  readonly gpusPerNode: number
}

/**
 * Each copy on nodes of its own or beside others, in the order of the plan: copies of whole nodes take the next ones that are empty, packed
 * ones the first node that still has room.
 *
 * Where no node has accelerators, those that a copy wants are not asked for.
 *
 * @throws RangeError when a packed copy wants more accelerators than a node has.
 */
export function placeCopies(processes: readonly PlannedProcess[], gpusPerNode: number): PlacedCopy[] {
  /** Accelerators that are taken, of each node so far. */
  const taken: number[] = []
  return copiesOf(processes).map((copy) => {
    const { placement } = copy.planned
    const gpus = gpusPerNode === 0 ? 0 : copy.planned.gpus
    if (placement.kind === 'first-node') return { copy, nodes: [0], gpusPerNode: 0 }
    if (placement.kind === 'nodes') {
      const nodes = Array.from({ length: placement.perCopy }, (_, i) => taken.length + i)
      for (const node of nodes) taken[node] = gpusPerNode
      return { copy, nodes, gpusPerNode: Math.ceil(gpus / placement.perCopy) }
    }
    if (gpus > gpusPerNode) {
      throw new RangeError(`${copy.name} wants ${gpus} accelerators of a node that has ${gpusPerNode}`)
    }
    const free = taken.findIndex((used) => used + gpus <= gpusPerNode)
    const node = free < 0 ? taken.length : free
    taken[node] = (taken[node] ?? 0) + gpus
    return { copy, nodes: [node], gpusPerNode: gpus }
  })
}

/** How many nodes such a placement takes; at least one. */
export function nodesOf(placed: readonly PlacedCopy[]): number {
  return Math.max(0, ...placed.flatMap(({ nodes }) => nodes)) + 1
}
