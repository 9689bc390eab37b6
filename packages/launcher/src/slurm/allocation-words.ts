import type { SlurmAllocation } from '../plan/slurm-allocation.ts'

/** What the job of an allocation does: it holds the nodes until it is ended. Its steps do the work. */
export const holdingScript = '#!/bin/sh\nexec sleep infinity\n'

export interface AllocationRequest {
  readonly allocation: SlurmAllocation
  /** The job's name. */
  readonly label: string
  /** Whose it is, for whoever finds it later. */
  readonly comment: string
  /** Nodes that are left out beside those of the allocation. */
  readonly leftOut: readonly string[]
}

/**
 * The words that submit an allocation; its script comes on stdin, and its number goes to stdout. A job that lost a node is not put into
 * the queue again: what would come back is not what was measured.
 */
export function allocationWords({ allocation, label, comment, leftOut }: AllocationRequest): string[] {
  const { nodes, gpusPerNode, cpusPerTask, exclusive, timeLimitMinutes, memory } = allocation
  const exclude = [...new Set([...allocation.exclude, ...leftOut])]
  return [
    'sbatch',
    '--parsable',
    '--no-requeue',
    `--job-name=${label}`,
    `--comment=${comment}`,
    `--nodes=${nodes}`,
    '--ntasks-per-node=1',
    ...optional('--cpus-per-task', cpusPerTask),
    ...(gpusPerNode > 0 ? [`--gres=gpu:${gpusPerNode}`] : []),
    ...(exclusive ? ['--exclusive'] : []),
    ...optional('--mem', memory ?? (exclusive ? '0' : undefined)),
    ...optional('--partition', allocation.partition),
    ...optional('--account', allocation.account),
    ...optional('--qos', allocation.qos),
    ...optional('--constraint', allocation.constraint),
    ...optional('--exclude', exclude.length === 0 ? undefined : exclude.join(',')),
    `--time=${timeLimitMinutes}`,
    '--output=/dev/null',
    '--error=/dev/null',
  ]
}

function optional(flag: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${flag}=${value}`]
}
