import type { Verifying } from '../steps/drafting.ts'
import type { StepPlan } from '../steps/step-plan.ts'
import { comesBefore } from './priority-queue.ts'
import type { VllmSequence } from './vllm-sequence.ts'

/**
 * What is planned counts as computed: the next step may be planned before it is. `nextDrafts`: drafts of the step after it, where that one is
 * planned before the drafts are there.
 */
export function advancePlanned({ sequences, tokens, drafts }: StepPlan<VllmSequence>, nextDrafts: number): void {
  for (let at = 0; at < sequences.length; at += 1) {
    const sequence = sequences[at]!
    sequence.computed += tokens[at]!
    sequence.isPrefill = sequence.computed < sequence.tokens
    if (sequence.isPrefill) continue
    const verified = drafts[at] ?? 0
    sequence.pending += 1 + verified
    sequence.pendingDrafts += verified
    sequence.drafts = nextDrafts
  }
}

/** Output tokens that an entry of a computed step brings its sequence; 0: it was a part of what had to be computed. */
export function bringTokens(plan: StepPlan<VllmSequence>, at: number, drafting: Verifying | undefined): number {
  const sequence = plan.sequences[at]!
  const isStale = sequence.stale > 0
  if (isStale) sequence.stale -= 1
  if (plan.computedBefore[at]! + plan.tokens[at]! < sequence.knownTokens) return 0
  if (!drafting) {
    if (!isStale) sequence.pending -= 1
    sequence.generated += 1
    return 1
  }
  const drafts = plan.drafts[at] ?? 0
  // Whoever was admitted with drafts had none that anybody made.
  const isPadded = at >= plan.sequences.length - plan.admitted
  const accepted = drafting.verify(sequence, drafts, isPadded)
  if (!isStale) {
    sequence.pending -= 1 + drafts
    sequence.pendingDrafts -= drafts
    // What was computed for the others is of no use.
    sequence.computed -= drafts - accepted
  }
  const brought = Math.min(1 + accepted, sequence.outputLimit - sequence.generated)
  sequence.generated += brought
  return brought
}

/** Where the last to be served stands among those that run: the last to come, or of the least priority. */
export function placeOfLastServed(running: readonly VllmSequence[], goesByPriority: boolean): number {
  if (!goesByPriority) return running.length - 1
  return running.indexOf(running.reduce((last, each) => (comesBefore(last, each) ? each : last)))
}

/** Takes those that have ended out of a list, in place. */
export function dropEnded(running: VllmSequence[]): void {
  let kept = 0
  for (const sequence of running) if (!sequence.ended) running[kept++] = sequence
  running.length = kept
}
