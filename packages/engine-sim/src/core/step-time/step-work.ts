/** What a step's duration depends on; a `StepPlan` is one. */
export interface StepWork {
  /** Tokens of entries with more than one. */
  readonly prefillTokens: number
  /** Sum over those entries of tokens x mean context. */
  readonly prefillContextTokens: number
  /** Those entries. */
  readonly prefills: number
  /** Sum of their context lengths after the step. */
  readonly prefillReachTokens: number
  /** Entries of one token, and of its drafts. */
  readonly decodes: number
  /** Sum of the context lengths of those. */
  readonly decodeContextTokens: number
  /** Drafts that are verified beside the tokens of those. Absent: none. */
  readonly draftTokens?: number
  /** Of a step of several ranks: of each, nothing where it computes nothing. The others of these are sums. */
  readonly ranks?: readonly (StepWork | undefined)[] | undefined
}

/** Of a step that computes nothing. */
export const noWork = {
  prefillTokens: 0,
  prefillContextTokens: 0,
  prefills: 0,
  prefillReachTokens: 0,
  decodes: 0,
  decodeContextTokens: 0,
} satisfies StepWork

/** Tokens x mean context of an entry of so many tokens, on top of so many that were computed before. */
export function contextTokensOf(tokens: number, before: number): number {
  return tokens * (before + (tokens + 1) / 2)
}

/** Milliseconds that a step takes. Of the same work the very same, whenever it is asked: steps are summed ahead and taken later. */
export type StepDuration = (work: StepWork) => number
