import type { Mapping } from '@reprise/config-file'
import type { Epoch } from '../epoch/epoch.ts'
import type { Runners } from '../runners/runners.ts'

/** What a rule finds wrong. `path` starts at the entry. */
export interface Finding {
  readonly path: readonly PropertyKey[]
  /** Point at the key instead of the value; for what should not be there, or for what lacks something. */
  readonly atKey?: boolean
  readonly severity?: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly cure?: string
}

/**
 * One entry of a master file as the rules see it: what the schema cannot say, about values that may still be of a wrong type
 * (the schema reports those), so that all problems of an entry are told at once.
 */
export interface RuleSubject {
  readonly epoch: Epoch
  /** Check only what InferenceX checks, so that `--compat` refuses what it refuses. */
  readonly compat: boolean
  readonly key: string
  readonly entry: Mapping
  readonly runners: Runners
  report(finding: Finding): void
}

/** One line of a search space, with the path to it from the entry. */
export interface ArmSubject {
  readonly scenario: 'fixed-seq-len' | 'agentic-coding'
  /** The scenario that the line belongs to. */
  readonly within: Mapping
  readonly arm: Mapping
  readonly path: readonly PropertyKey[]
}
