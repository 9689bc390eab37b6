import { printable } from '@reprise/safe-text'
import type { ComparedRun } from './compared-run.ts'
import { ComparisonError } from './comparison-error.ts'
import { facetDifferences } from './facet-differences.ts'
import { LEAST_RUNS } from './repeats-figure.ts'
import { setupOf } from './setup-of.ts'
import { workOf } from './work-of.ts'

/** What two sides have in common. */
export interface Comparability {
  /** In what their work differs, which was accepted. */
  readonly work: ReturnType<typeof facetDifferences>
  readonly configuration: ReturnType<typeof facetDifferences>
  /** Why the turns of both are not the same ones. Empty: they are. */
  readonly notPaired: readonly string[]
}

/**
 * Says how two sides can be held against each other, each of one run or of repeats.
 *
 * @throws ComparisonError where they cannot: runs of a side that are no repeats, parts of runs, and work that differs in what was not accepted.
 */
export function comparability(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
  accepted: readonly string[] = [],
): Comparability {
  refuseNumbers(a.length, b.length)
  for (const [side, runs] of Object.entries({ A: a, B: b })) refuseSide(side, runs)
  const [ofA, ofB] = [a[0]!.result, b[0]!.result]
  refuseUnknown(accepted, [...workOf(ofA).keys(), ...workOf(ofB).keys()])
  const work = facetDifferences(workOf(ofA), workOf(ofB))
  const unmeant = Object.keys(work).filter((name) => !accepted.includes(name))
  if (unmeant.length > 0)
    throw new ComparisonError(
      `A and B did other work, so that their figures say nothing about what served them: ${unmeant.map((name) => `${name} (${work[name]!.a ?? 'none'}; ${work[name]!.b ?? 'none'})`).join(', ')}. Replay both alike; what is meant to differ is named by --accept ${unmeant.join(',')}.`,
    )
  return { work, configuration: facetDifferences(setupOf(ofA), setupOf(ofB)), notPaired: obstacles(a, b, work) }
}

function refuseUnknown(accepted: readonly string[], known: readonly string[]): void {
  const stranger = accepted.find((name) => !known.includes(name))
  if (stranger !== undefined)
    throw new ComparisonError(
      `--accept ${printable(stranger, 40)}: the work of these runs has no such name; there are ${[...new Set(known)].join(', ')}.`,
    )
}

function refuseNumbers(a: number, b: number): void {
  if ((a === 1 && b === 1) || Math.min(a, b) >= LEAST_RUNS) return
  throw new ComparisonError(
    `A has ${runs(a)} and B ${runs(b)}: give one of each, or at least ${LEAST_RUNS} of each; from fewer nobody can tell how runs differ.`,
  )
}

function runs(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`
}

function refuseSide(side: string, [first, ...others]: readonly ComparedRun[]): void {
  for (const { name, result } of [first!, ...others])
    if (result.completeness.shard)
      throw new ComparisonError(
        `${name} is one shard of a run: merge all of them (reprise results merge), and compare that.`,
      )
  for (const { name, result } of others) {
    const both = (of: typeof workOf) => Object.keys(facetDifferences(of(first!.result), of(result)))
    const differing = [...both(workOf), ...both(setupOf).filter((facet) => !mayDiffer.has(facet))]
    if (differing.length === 0) continue
    throw new ComparisonError(
      `The runs of ${side} are no repeats: ${first!.name} and ${name} differ in ${differing.join(', ')}. Give runs that differ in their seeds alone; sweeps are compared by reprise results compare-sweep.`,
    )
  }
}

/** Of repeats. */
const mayDiffer: ReadonlySet<string> = new Set(['endpoint', 'version of this tool', 'commit of this tool'])

function obstacles(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
  work: Comparability['work'],
): readonly string[] {
  const differing = Object.keys(work)
  if (differing.length > 0) return [`their work differs in ${differing.join(', ')}`]
  const [ofA, ofB] = [provenancesOf(a), provenancesOf(b)]
  if (sorted(ofA, ({ planDigest }) => planDigest) === sorted(ofB, ({ planDigest }) => planDigest)) return []
  const seeds = [ofA, ofB].map((each) => sorted(each, ({ seed }) => String(seed)))
  return seeds[0] === seeds[1]
    ? ['their plans are others, though seeds and work are the same: another version of this tool made one of them']
    : [
        `they have other seeds (${seeds[0]}; ${seeds[1]}): runs of one seed have the same turns, and tell far smaller differences`,
      ]
}

function provenancesOf(runs: readonly ComparedRun[]): Provenances {
  return runs.map(({ result }) => result.provenance)
}

type Provenances = readonly ComparedRun['result']['provenance'][]

function sorted(all: Provenances, of: (one: Provenances[number]) => string): string {
  return all
    .map(of)
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .join(', ')
}
