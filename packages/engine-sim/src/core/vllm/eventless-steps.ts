import type { StepPlan } from '../steps/step-plan.ts'
import type { VllmSequence } from './vllm-sequence.ts'

/** Longest look ahead; a caller then wakes once more than it had to. */
const mostSteps = 4096

interface Batch {
  readonly running: readonly VllmSequence[]
  readonly freeBlocks: number
  readonly blockSize: number
}

/**
 * How many steps after the planned one are certain to be the same decode step, one token longer, with nothing to see before the last
 * of them ends: no first token, no end, nobody admitted, nobody preempted. A lower bound; 0 when the planned step is not a pure decode.
 */
export function eventlessSteps(plan: StepPlan, batch: Batch): number {
  const { running } = batch
  const pureDecode = plan.prefillTokens === 0 && plan.admitted === 0 && plan.preempted.length === 0
  if (!pureDecode || plan.sequences.length !== running.length) return 0
  let steps = mostSteps
  for (const sequence of running) {
    if (sequence.generated === 0) return 0
    // After the planned step it has generated one more; the step that brings the last one is seen.
    steps = Math.min(steps, sequence.outputLimit - sequence.generated - 1)
  }
  return Math.min(steps, stepsThatFit(batch))
}

/** Steps after the planned one for which the free blocks certainly suffice, each sequence growing by a token a step. */
function stepsThatFit({ running, freeBlocks, blockSize }: Batch): number {
  const rounds = Math.floor(freeBlocks / running.length)
  if (rounds * blockSize >= mostSteps) return mostSteps
  const stepsToNewBlock = running
    .map(({ blockCount, computed }) => blockCount * blockSize - computed)
    .sort((one, other) => one - other)
  return rounds * blockSize + stepsToNewBlock[freeBlocks % running.length]!
}
