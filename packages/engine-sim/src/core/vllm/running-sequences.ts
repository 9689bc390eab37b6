import type { SchedulerConfig } from '../engine-config.ts'
import type { StepPlan } from '../steps/step-plan.ts'
import type { VllmSequence } from './vllm-sequence.ts'

/** What is planned counts as computed: the next step may be planned before it is. */
export function advancePlanned({ sequences, tokens }: StepPlan<VllmSequence>): void {
  for (let at = 0; at < sequences.length; at += 1) {
    const sequence = sequences[at]!
    sequence.computed += tokens[at]!
    if (sequence.computed >= sequence.tokens) sequence.pending += 1
  }
}

/** Takes those that have ended out of a list, in place. */
export function dropEnded(running: VllmSequence[]): void {
  let kept = 0
  for (const sequence of running) if (!sequence.ended) running[kept++] = sequence
  running.length = kept
}

/** Tokens that a waiting sequence with so many left gets of a budget; 0: none, as they do not fit it in one piece. */
export function pieceOf(
  left: number,
  budget: number,
  { longPrefillTokenThreshold, enableChunkedPrefill }: SchedulerConfig,
): number {
  const tokens = longPrefillTokenThreshold > 0 ? Math.min(left, longPrefillTokenThreshold) : left
  if (tokens <= budget) return tokens
  return enableChunkedPrefill ? budget : 0
}
