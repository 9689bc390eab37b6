/** What a record and a run are held to, in the order in which it is asked. */
export const auditChecks = [
  'header',
  'phases',
  'instants',
  'plan',
  'once',
  'order',
  'tokens',
  'counts',
  'complete',
] as const
export type AuditCheck = (typeof auditChecks)[number]

/** What cannot be, in words, and which check found it. */
export interface AuditProblem {
  readonly check: AuditCheck
  readonly problem: string
}

/** The problem as one that this check found; `undefined` where there is none. */
export function foundBy(check: AuditCheck, problem: string | undefined): AuditProblem | undefined {
  return problem === undefined ? undefined : { check, problem }
}
