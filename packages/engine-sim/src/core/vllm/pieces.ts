import type { SchedulerConfig } from '../engine-config.ts'
import type { StepBudget } from './step-budget.ts'
import type { VllmSequence } from './vllm-sequence.ts'

type PieceConfig = Pick<SchedulerConfig, 'enableChunkedPrefill' | 'maxModelLen' | 'speculation'>
type LongestConfig = Pick<
  SchedulerConfig,
  'longPrefillTokenThreshold' | 'longPrefillTokenThresholdAdaptive' | 'maxNumBatchedTokens'
>

/**
 * Most tokens that one sequence gets of a step when so many requests run and wait. A single one starves nobody.
 *
 * Source: `long_prefill_token_threshold` in `Scheduler.schedule` of vLLM 0.33.0.
 */
export function longestPiece(config: LongestConfig, requests: number): number {
  const { longPrefillTokenThreshold: threshold, longPrefillTokenThresholdAdaptive: isAdaptive } = config
  if (threshold === 0 || requests <= 1) return Number.POSITIVE_INFINITY
  return isAdaptive ? Math.max(threshold, Math.floor(config.maxNumBatchedTokens / requests)) : threshold
}

/** Tokens that a running sequence gets of a budget, its drafts included: none behind the end of the context. 0: it wants none. */
export function pieceOfRunning(
  { tokens, computed, drafts }: VllmSequence,
  { left: budget, longest }: StepBudget,
  { maxModelLen }: PieceConfig,
): number {
  return Math.min(tokens - computed + drafts, longest, budget, maxModelLen - 1 - computed)
}

/** Tokens that a waiting sequence with so many left gets of a budget; 0: none, as they do not fit it in one piece. */
export function pieceOfWaiting(
  left: number,
  { left: budget, longest }: StepBudget,
  { enableChunkedPrefill }: PieceConfig,
): number {
  const tokens = Math.min(left, longest)
  if (tokens <= budget) return tokens
  return enableChunkedPrefill ? budget : 0
}

/** Tokens that a sequence must have room for to get to so many: the drafts of the step after it too, which are made before that one is planned. */
export function slotsOf(endTokens: number, { speculation, maxModelLen }: PieceConfig): number {
  return speculation ? Math.min(endTokens + speculation.numSpeculativeTokens, maxModelLen) : endTokens
}
