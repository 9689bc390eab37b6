import { quantile } from '@reprise/trace/quantile'
import type { DifferenceQuantiles, FidelityCheck } from '../result/fidelity.ts'
import type { CheckName, CheckTerms } from './check-list.ts'

/** What was found, before it is held against a limit. */
export type Finding = CountFinding | ValueFinding | { readonly kind: 'not told'; readonly reason: string }

/** Things that are not as they should be, each by its name. */
export interface CountFinding {
  readonly kind: 'count'
  readonly named: readonly string[]
  /** Of how many; makes the value a share. */
  readonly of?: number
}

/** A difference for each of some requests. */
export interface ValueFinding {
  readonly kind: 'value'
  readonly value: number
  readonly differences?: readonly Difference[]
}

/** One request's, with its sign. */
export interface Difference {
  readonly name: string
  /** Of its session only the worst is told by name; absent: every one may be. */
  readonly session?: string
  readonly by: number
}

/** Limits that somebody changed, by the names of the checks. */
export type FidelityLimits = Readonly<Partial<Record<CheckName, number>>>

/** As many are told by name. */
const mostNamed = 12

export interface CheckQuestion {
  readonly name: CheckName
  readonly terms: CheckTerms
  readonly limits: FidelityLimits
  /** Why the check would mean nothing, whatever was found. */
  readonly barred?: string | undefined
  /** Why it is told and not judged. */
  readonly unjudged?: string | undefined
}

/** A finding, judged. */
export function fidelityCheck(
  { name, terms, limits, barred, unjudged }: CheckQuestion,
  finding: Finding,
): FidelityCheck {
  const limit = limits[name] ?? terms.limit
  const common = { name, limit, ...(limit !== terms.limit && { limitChanged: true as const }) }
  const figures = figuresOf(finding)
  const unmade = { ...common, ...figures, named: [], more: 0 }
  if (finding.kind === 'not told') return { ...unmade, verdict: 'not told', reason: finding.reason }
  if (barred !== undefined) return { ...unmade, verdict: 'not comparable', reason: barred }
  if (unjudged !== undefined) return { ...unmade, verdict: 'not told', reason: unjudged }
  const verdict = figures.value! > limit ? 'deviates' : 'kept'
  return { ...common, verdict, ...figures, ...namesOf(finding) }
}

function figuresOf(finding: Finding): Pick<FidelityCheck, 'value' | 'differences'> {
  if (finding.kind === 'not told') return {}
  if (finding.kind === 'count') {
    const { named, of } = finding
    return { value: of === undefined ? named.length : of === 0 ? 0 : named.length / of }
  }
  const differences = finding.differences && quantilesOf(finding.differences.map(({ by }) => by))
  return { value: finding.value, ...(differences && { differences }) }
}

function namesOf(finding: CountFinding | ValueFinding): Pick<FidelityCheck, 'named' | 'more'> {
  if (finding.kind === 'count')
    return {
      named: finding.named.slice(0, mostNamed).map((name) => ({ name })),
      more: Math.max(0, finding.named.length - mostNamed),
    }
  const worst = (finding.differences ?? [])
    .filter(({ by }) => by !== 0)
    .toSorted((one, other) => Math.abs(other.by) - Math.abs(one.by) || (one.name < other.name ? -1 : 1))
  const told = new Set<string>()
  const named: FidelityCheck['named'] = []
  for (const { name, session = name, by } of worst) {
    if (named.length === mostNamed) break
    if (!told.has(session)) named.push({ name, by })
    told.add(session)
  }
  return { named, more: worst.length - named.length }
}

function quantilesOf(values: readonly number[]): DifferenceQuantiles | undefined {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return undefined
  const at = (p: number) => quantile(sorted, p)!
  return {
    n: sorted.length,
    min: sorted[0]!,
    p10: at(0.1),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: sorted.at(-1)!,
  }
}

/** A percentile of differences without their signs; `undefined` where there are none. */
export function absoluteQuantile(differences: readonly Difference[], p: number): number | undefined {
  return quantile(Float64Array.from(differences, ({ by }) => Math.abs(by)).sort(), p)
}
