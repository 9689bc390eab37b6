import type { SweepJob } from '../job/sweep-job.ts'
import { defaultShardLimits, type ShardLimits, shardRows } from './shard.ts'
import type { SweepPlan } from './sweep-plan.ts'

/** Jobs of one fleet, few enough for one matrix. */
export interface SweepShard {
  readonly index: number
  readonly fleet: string
  readonly jobs: readonly SweepJob[]
  /** As many of them may run at once. */
  readonly maxParallel: number
  readonly bytes: number
}

/**
 * The jobs of a sweep that run after its canary, in pieces of one fleet each, order kept: fleets do not wait for each other, and one that
 * takes only so many jobs at once takes no more over all its pieces.
 *
 * @throws RangeError where a job is larger than a piece, or a fleet has more pieces than jobs that it takes at once.
 */
export function shardSweep(plan: SweepPlan, limits: ShardLimits = defaultShardLimits): SweepShard[] {
  const left = new Set([plan.canary, ...(plan.reuse?.points ?? []).map(({ id }) => id)])
  const jobs = plan.jobs.filter(({ id }) => !left.has(id))
  const pieces = [...Map.groupBy(jobs, ({ profile }) => profile)].flatMap(([fleet, own]) =>
    piecesOf(fleet, own, { limits, most: plan.maxParallel?.[fleet] }),
  )
  return pieces.map((piece, index) => ({ index, ...piece }))
}

function piecesOf(
  fleet: string,
  jobs: readonly SweepJob[],
  { limits, most }: { readonly limits: ShardLimits; readonly most: number | undefined },
): Omit<SweepShard, 'index'>[] {
  const shards = shardRows(jobs, limits)
  if (most !== undefined && most < shards.length) {
    throw new RangeError(
      `${fleet} takes ${most} jobs at once, and its ${jobs.length} jobs make ${shards.length} matrices, which run beside each other; plan fewer jobs, or raise max-parallel in runners/${fleet}.yaml`,
    )
  }
  return shards.map(({ rows, bytes }, i) => {
    const share =
      most === undefined ? rows.length : Math.floor(most / shards.length) + (i < most % shards.length ? 1 : 0)
    return { fleet, jobs: rows, maxParallel: Math.min(share, rows.length), bytes }
  })
}
