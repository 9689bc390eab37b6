import type { Scheduler } from './scheduler.ts'
import type { StepPlan } from './step-plan.ts'

/** Longest look ahead; a caller then wakes once more than it had to. */
const mostSteps = 4096

/**
 * How many steps after the planned one are certain to be the same decode step, one token longer, with nothing to see before the last
 * of them ends: no first token, no end, nobody admitted, nobody preempted. A lower bound; 0 when the planned step is not a pure decode.
 */
export function eventlessSteps(scheduler: Scheduler, plan: StepPlan): number {
  const { running } = scheduler
  const pureDecode = plan.prefillTokens === 0 && plan.admitted === 0 && plan.preempted.length === 0
  if (!pureDecode || plan.sequences.length !== running.length) return 0
  let steps = mostSteps
  for (const sequence of running) {
    if (sequence.generated === 0) return 0
    // After the planned step it has generated one more; the step that brings the last one is seen.
    steps = Math.min(steps, sequence.outputLimit - sequence.generated - 1)
  }
  return Math.min(steps, stepsThatFit(scheduler))
}

/** Steps after the planned one for which the free blocks certainly suffice, each sequence growing by a token a step. */
function stepsThatFit({ running, pool, config: { blockSize } }: Scheduler): number {
  const rounds = Math.floor(pool.freeBlocks / running.length)
  if (rounds * blockSize >= mostSteps) return mostSteps
  const stepsToNewBlock = running
    .map(({ blockCount, computed }) => blockCount * blockSize - (computed + 1))
    .sort((one, other) => one - other)
  return rounds * blockSize + stepsToNewBlock[pool.freeBlocks % running.length]!
}
