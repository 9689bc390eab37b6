import type { AuditCheck } from '../result/verification.ts'

/** What cannot be, in words, and which check found it. */
export interface AuditProblem {
  readonly check: AuditCheck
  readonly problem: string
}

/** The problem as one that this check found; `undefined` where there is none. */
export function foundBy(check: AuditCheck, problem: string | undefined): AuditProblem | undefined {
  return problem === undefined ? undefined : { check, problem }
}
