/** What there is to give in one step, and what was. */
export interface StepBudget {
  /** Tokens that nobody was given yet. */
  left: number
  /** Most tokens of one sequence. */
  readonly longest: number
  /** Prompts are left alone, but for those that are found in the cache whole. */
  readonly defers: boolean
  /** Somebody who ran already was given tokens. */
  hasRunning: boolean
  /** Of those, somebody was who has not computed the whole prompt yet. */
  hasRunningPrefill: boolean
  /** A part of the prompt of somebody who is admitted is computed in this step, and more than the last token of it. */
  hasPrefill: boolean
}
