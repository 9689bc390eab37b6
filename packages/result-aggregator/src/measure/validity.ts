import { type AllLimits, allLimits, type Limits } from '../result/limits.ts'
import type { Validity } from '../result/result.ts'
import type { Evidence, Rule } from './evidence.ts'
import { indicativeRules } from './indicative-rules.ts'
import { invalidRules } from './invalid-rules.ts'

/**
 * `invalid`: a number of this run would mislead. `indicative`: the numbers are true of this run, but do not stand for the
 * hardware and engine by themselves. Every reason says what was found, where the limit lies and what to do.
 */
export function judge(evidence: Evidence, given: Limits): Validity {
  const limits = allLimits(given)
  const invalid = objections(invalidRules, evidence, limits)
  const indicative = objections(indicativeRules, evidence, limits)
  const verdict = invalid.length > 0 ? 'invalid' : indicative.length > 0 ? 'indicative' : 'valid'
  return { verdict, reasons: [...invalid, ...indicative], limits }
}

function objections(rules: readonly Rule[], evidence: Evidence, limits: AllLimits): string[] {
  return rules.map((rule) => rule(evidence, limits)).filter((reason) => reason !== undefined)
}
