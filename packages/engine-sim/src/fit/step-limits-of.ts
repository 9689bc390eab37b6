import type { EngineConfig } from '../core/engine-config.ts'
import { isSglang, isTrtllm } from '../core/engine-config.ts'
import type { StepLimits } from './steps-of-records.ts'

/** What a scheduler says of which requests share a step. */
export function stepLimitsOf(scheduler: EngineConfig['scheduler']): StepLimits {
  if (isTrtllm(scheduler)) {
    return { tokensPerStep: scheduler.maxNumTokens, maxSequences: scheduler.maxBatchSize, isPrefillAlone: false }
  }
  if (!isSglang(scheduler)) {
    const { maxNumBatchedTokens, maxNumSeqs } = scheduler
    return { tokensPerStep: maxNumBatchedTokens, maxSequences: maxNumSeqs, isPrefillAlone: false }
  }
  const { chunkedPrefillSize, maxPrefillTokens, maxRunningRequests, enableMixedChunk } = scheduler
  const tokensPerStep = chunkedPrefillSize > 0 ? Math.min(chunkedPrefillSize, maxPrefillTokens) : maxPrefillTokens
  return { tokensPerStep, maxSequences: maxRunningRequests, isPrefillAlone: !enableMixedChunk, hasExtends: true }
}
