import type { StepWork } from '../core/step-time/step-work.ts'

/** A step of a real engine: what it computed, and the milliseconds until the engine went on. */
export interface StepSample {
  readonly work: StepWork
  readonly ms: number
}

/** What a step did, by the costs that it has. */
export type StepKind = 'prefill' | 'decode' | 'both'

export function kindOf({ prefillTokens, decodes }: StepWork): StepKind {
  if (prefillTokens === 0) return 'decode'
  return decodes === 0 ? 'prefill' : 'both'
}
