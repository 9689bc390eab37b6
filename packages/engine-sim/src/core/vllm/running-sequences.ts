import type { SchedulerConfig } from '../engine-config.ts'
import type { Drafting } from '../steps/drafting.ts'
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
export function bringTokens(plan: StepPlan<VllmSequence>, at: number, drafting: Drafting | undefined): number {
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
  const accepted = drafting.verify(sequence, drafts)
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

/** Takes the last to be served out of those that run, and out of a plan: the last to come, or of the least priority. */
export function takeLastServed(
  running: VllmSequence[],
  plan: StepPlan<VllmSequence>,
  goesByPriority: boolean,
): VllmSequence {
  if (!goesByPriority) return running.pop()!
  const victim = running.reduce((last, each) => (comesBefore(last, each) ? each : last))
  running.splice(running.indexOf(victim), 1)
  plan.takeBack(victim)
  return victim
}

/** Takes those that have ended out of a list, in place. */
export function dropEnded(running: VllmSequence[]): void {
  let kept = 0
  for (const sequence of running) if (!sequence.ended) running[kept++] = sequence
  running.length = kept
}

/** Tokens that a running sequence gets of a budget, its drafts included: of these none behind the end of the context. 0: it wants none. */
export function pieceOfRunning(
  { tokens, computed, drafts }: VllmSequence,
  budget: number,
  { longPrefillTokenThreshold, maxModelLen, speculation }: SchedulerConfig,
): number {
  let piece = tokens - computed + drafts
  if (longPrefillTokenThreshold > 0 && piece > longPrefillTokenThreshold) piece = longPrefillTokenThreshold
  if (piece > budget) piece = budget
  return speculation ? Math.min(piece, maxModelLen - 1 - computed) : piece
}

/** Tokens that a running sequence must have room for to get to so many: the drafts of the step after it too, which are made before that one is planned. */
export function slotsOf(endTokens: number, { speculation, maxModelLen }: SchedulerConfig): number {
  return speculation ? Math.min(endTokens + speculation.numSpeculativeTokens, maxModelLen) : endTokens
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
