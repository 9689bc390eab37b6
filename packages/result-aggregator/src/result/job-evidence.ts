import type { EvalRecord, LaunchEndRecord, LaunchFailureRecord, LaunchRecord } from '@reprise/launcher/record'
import type { Result } from './result.ts'

/** What a job left behind, as far as it could be read. */
export interface JobEvidence {
  readonly launched?: LaunchRecord
  readonly launchFailure?: LaunchFailureRecord
  readonly launchEnd?: LaunchEndRecord
  /** By rising lanes. */
  readonly results: readonly Result[]
  readonly evaluation?: EvalRecord
  /** Last lines of the server's log. */
  readonly logTail: readonly string[]
  /** What lies there and is not what it should be, one line each. */
  readonly unreadable: readonly string[]
}
