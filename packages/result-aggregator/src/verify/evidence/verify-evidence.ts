import type { Result } from '../../result/result.ts'
import type { RunFile } from '../../result/run-header.ts'
import type { Finding } from '../../result/verification.ts'
import type { SeenRecords } from './record-witness.ts'

/** What physics is asked of. */
export interface VerifyEvidence {
  readonly run: RunFile
  /** Built from the records, here and now. */
  readonly built: Result
  /** The one that lies in the folder; absent where none does. */
  readonly saved?: Result | undefined
  readonly seen: SeenRecords
}

export type PhysicsCheck = (evidence: VerifyEvidence) => Finding
