import type { AllLimits } from '../result/limits.ts'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'

/** What a verdict rests on: the numbers of a result, and where they came from. */
export interface Evidence
  extends Pick<
    Result,
    | 'load'
    | 'completeness'
    | 'counts'
    | 'arrivals'
    | 'metrics'
    | 'throughput'
    | 'cacheHit'
    | 'inputTokens'
    | 'outputTokens'
    | 'ignoredUsage'
    | 'steadiness'
    | 'clientHealth'
  > {
  readonly header: RunHeader
  /** Share of the planned window after which the last token came; absent without a planned window. */
  readonly coverage?: number | undefined
}

/** A reason as `code: sentence`, or `undefined` where the rule has nothing to object. */
export type Rule = (evidence: Evidence, limits: AllLimits) => string | undefined

/** What is known before the first request. */
export interface Outlook extends Pick<Evidence, 'load'> {
  readonly header: Pick<RunHeader, 'target' | 'corpus'> & {
    readonly plan: Pick<RunHeader['plan'], 'preset' | 'turns' | 'leftOut'>
  }
}

/** A rule that has its say before the first request, and says the same after the last. */
export type EarlyRule = (outlook: Outlook, limits: AllLimits) => string | undefined
