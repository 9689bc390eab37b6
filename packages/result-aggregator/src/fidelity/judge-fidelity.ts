import { printable } from '@reprise/safe-text'
import type { Fidelity, FidelityCheck, FidelityCondition } from '../result/fidelity.ts'
import { type CheckName, checksOf } from './check-list.ts'
import type { Condition } from './conditions.ts'
import { type FidelityLimits, type Finding, fidelityCheck } from './fidelity-check.ts'

/** What a user may say of a comparison. */
export interface FidelityOptions {
  readonly limits?: FidelityLimits
  /** Conditions that are meant to differ, by name. */
  readonly accepted?: readonly string[]
}

export interface Evidence {
  readonly kind: Fidelity['kind']
  readonly a: string
  readonly b: string
  readonly conditions: readonly Condition[]
  readonly counts: Fidelity['counts']
  readonly findings: Readonly<Partial<Record<CheckName, Finding>>>
  /** Checks that are told and not judged, with why. */
  readonly unjudged?: Readonly<Partial<Record<CheckName, string>>>
  /** Absent of two captures. */
  readonly of?: Fidelity['of']
}

/**
 * What was found, as a verdict: `deviates` where a check is past its limit; else `not comparable` where a condition differs that makes
 * one senseless and nobody accepted it; else `faithful`.
 */
export function judgeFidelity(evidence: Evidence, { limits = {}, accepted = [] }: FidelityOptions = {}): Fidelity {
  const { kind, a, b, findings, unjudged = {}, counts, of } = evidence
  const checks = Object.entries(checksOf(kind)).flatMap(([each, terms]) => {
    const name = each as CheckName
    const finding = findings[name]
    const barred = barredBy(name, evidence.conditions)
    const question = { name, terms, limits, barred: barred[0] && reasonOf(barred[0]), unjudged: unjudged[name] }
    return finding ? [fidelityCheck(question, finding)] : []
  })
  const conditions = evidence.conditions.map((each) => told(each, accepted))
  const open = evidence.conditions.filter(
    ({ name, state, bars }) => state === 'differs' && bars.length > 0 && !accepted.includes(name),
  )
  const deviating = checks.filter(({ verdict }) => verdict === 'deviates')
  const verdict = deviating.length > 0 ? 'deviates' : open.length > 0 ? 'not comparable' : 'faithful'
  const sentence = sentenceOf({ verdict, deviating, open, checks, conditions, counts, kind })
  return { schema: 'fidelity/1', kind, a, b, verdict, sentence, conditions, counts, checks, ...(of && { of }) }
}

function barredBy(name: CheckName, conditions: readonly Condition[]): Condition[] {
  return conditions.filter(({ state, bars }) => state === 'differs' && bars.includes(name))
}

function reasonOf({ name, why }: Condition): string {
  return `${name} differs: ${why}`
}

function told({ bars: _, why: __, ...condition }: Condition, accepted: readonly string[]): FidelityCondition {
  return condition.state === 'differs' && accepted.includes(condition.name)
    ? { ...condition, accepted: true }
    : condition
}

interface Judged {
  readonly verdict: Fidelity['verdict']
  readonly deviating: readonly FidelityCheck[]
  /** Conditions that differ, matter, and were not accepted. */
  readonly open: readonly Condition[]
  readonly checks: readonly FidelityCheck[]
  readonly conditions: readonly FidelityCondition[]
  readonly counts: Fidelity['counts']
  readonly kind: Fidelity['kind']
}

function sentenceOf({ verdict, deviating, open, checks, conditions, counts, kind }: Judged): string {
  const titles = (some: readonly FidelityCheck[]) => some.map(({ name }) => checksOf(kind)[name]!.title).join(', ')
  const judged = checks.filter((check) => check.verdict === 'kept' || check.verdict === 'deviates')
  const heart = {
    faithful: `all ${judged.length} checks that could be made are kept, ${requestsOf(kind, counts)}`,
    deviates: titles(deviating),
    'not comparable': `${open.map(differenceOf).join(', ')}; ${judged.length === 0 ? 'no check is left' : `the ${judged.length} checks that are left are kept`}`,
  }[verdict]
  const besides = conditions.filter(({ state }) => state === 'differs' && verdict !== 'not comparable')
  const changed = judged.filter(({ limitChanged }) => limitChanged).map(({ name, limit }) => `${name}=${limit}`)
  const parts = [
    heart,
    ...(besides.length > 0 ? [`differing: ${besides.map(differenceOf).join(', ')}`] : []),
    ...(changed.length > 0 ? [`with changed limits ${changed.join(', ')}`] : []),
  ]
  return printable(`${verdict}: ${parts.join('; ')}`, 1000)
}

function requestsOf(kind: Fidelity['kind'], { captured, dispatched }: Fidelity['counts']): string {
  return kind === 'captures'
    ? `${captured} requests there, ${dispatched} here`
    : `${dispatched} of ${captured} requests sent`
}

function differenceOf({ name, a, b, accepted }: FidelityCondition): string {
  return `${name} (${a}, ${b}${accepted ? '; accepted' : ''})`
}
