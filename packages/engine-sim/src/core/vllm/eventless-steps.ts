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
 * How many steps after the first of those under way are certain to be the same decode step, as `Scheduler` has it. Where steps are scheduled
 * ahead, one that is known to end is left out of the step after its last, so that all steps up to that one are alike.
 */
export function eventlessSteps(underWay: readonly StepPlan<VllmSequence>[], batch: Batch): number {
  const { running } = batch
  if (underWay.length === 0 || !underWay.every((plan) => isDecodeOf(plan, running))) return 0
  let steps = mostSteps
  for (const sequence of running) {
    const { generated, outputLimit, tokens, computed, stale } = sequence
    if (generated === 0 || stale > 0 || tokens - computed !== 1) return 0
    // After the first step it has generated one more; the step that brings the last one is seen.
    steps = Math.min(steps, outputLimit - generated - 1)
  }
  return Math.min(steps, stepsThatFit(batch))
}

function isDecodeOf(plan: StepPlan<VllmSequence>, running: readonly VllmSequence[]): boolean {
  const { sequences, prefillTokens, admitted, preempted } = plan
  if (prefillTokens > 0 || admitted > 0 || preempted.length > 0 || sequences.length !== running.length) return false
  for (let at = 0; at < sequences.length; at += 1) if (sequences[at] !== running[at]) return false
  return true
}

/** Steps after those scheduled for which the free blocks certainly suffice, each sequence growing by a token a step. */
function stepsThatFit({ running, freeBlocks, blockSize }: Batch): number {
  const rounds = Math.floor(freeBlocks / running.length)
  if (rounds * blockSize >= mostSteps) return mostSteps
  const stepsToNewBlock = running
    .map(({ blockCount, computed }) => blockCount * blockSize - computed)
    .sort((one, other) => one - other)
  return rounds * blockSize + stepsToNewBlock[freeBlocks % running.length]!
}
