import { z } from 'zod'

/** What a run can have written: the audit that every result goes through, by its parts, in the order in which it is asked. */
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

/** Everything that a run is asked, in the order in which it is shown. docs/verify.md says what each is. */
export const checkNames = [
  // What lies in the folder.
  'files',
  'readable',
  'text',
  'dates',
  ...auditChecks,
  // What its result says of it.
  'figures',
  'limits',
  'verdict',
  'provenance',
  // What the world allows.
  'think-times',
  'repeats',
  'littles-law',
  'reply-sizes',
  'stream-speed',
  'fleet-speed',
  'energy',
  'cache-ceiling',
  'ideal-hits',
  'server-load',
  'server-tokens',
  'server-latency',
  // Who vouches for it.
  'attestation',
  'signature',
] as const
export const CheckName = z.enum(checkNames)
export type CheckName = z.infer<typeof CheckName>

/** What a check found. `says`: one safe line; `all`: every place, where `says` shows the first few. */
export const Finding = z.strictObject({
  outcome: z.enum(['pass', 'fail', 'not-checked']),
  says: z.string(),
  all: z.array(z.string()).optional(),
})
export type Finding = z.infer<typeof Finding>

export const Check = Finding.extend({ name: CheckName })
export type Check = z.infer<typeof Check>

/** What verifying a run folder found. */
export const Verification = z.strictObject({
  schema: z.literal('verification/1'),
  run: z.string(),
  /** `fail` as soon as one check does. */
  outcome: z.enum(['pass', 'fail']),
  checks: z.array(Check),
})
export type Verification = z.infer<typeof Verification>

/** `run`: the folder. */
export function verificationOf(run: string, checks: readonly Check[]): Verification {
  const outcome = checks.some((check) => check.outcome === 'fail') ? 'fail' : 'pass'
  return { schema: 'verification/1', run, outcome, checks: [...checks] }
}

export function pass(says: string): Finding {
  return { outcome: 'pass', says }
}

export function fail(says: string, all?: readonly string[]): Finding {
  return { outcome: 'fail', says, ...(all && { all: [...all] }) }
}

/** `why`: what would be needed. */
export function notChecked(why: string): Finding {
  return { outcome: 'not-checked', says: why }
}
