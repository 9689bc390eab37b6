import type { EngineConfig } from '../core/engine-config.ts'
import { isSglang, isTrtllm } from '../core/engine-config.ts'
import type { StepLimits } from './steps-of-records.ts'

/** What of a scheduler has to be known of the requests that it served. */
export interface RecordLimits extends StepLimits {
  /** Of the longest request. */
  readonly contextTokens: number
  readonly cachesPrefixes: boolean
}

/** What a scheduler says of which requests share a step, and of those that it can serve. */
export function stepLimitsOf(scheduler: EngineConfig['scheduler']): RecordLimits {
  const common = { contextTokens: scheduler.maxModelLen, cachesPrefixes: scheduler.enablePrefixCaching }
  if (isTrtllm(scheduler)) {
    return {
      tokensPerStep: scheduler.maxNumTokens,
      maxSequences: scheduler.maxBatchSize,
      ...common,
      isPrefillAlone: false,
    }
  }
  if (!isSglang(scheduler)) {
    const { maxNumBatchedTokens, maxNumSeqs } = scheduler
    return { tokensPerStep: maxNumBatchedTokens, maxSequences: maxNumSeqs, ...common, isPrefillAlone: false }
  }
  const { chunkedPrefillSize, maxPrefillTokens, maxRunningRequests, enableMixedChunk } = scheduler
  const tokensPerStep = chunkedPrefillSize > 0 ? Math.min(chunkedPrefillSize, maxPrefillTokens) : maxPrefillTokens
  return {
    tokensPerStep,
    maxSequences: maxRunningRequests,
    ...common,
    isPrefillAlone: !enableMixedChunk,
    hasExtends: true,
  }
}
