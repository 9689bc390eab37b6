import { INTERVAL_LEVEL } from '../interval/interval-family.ts'
import { requestsSent } from '../result/requests-sent.ts'
import type { ComparedSide, RunComparison } from '../result/run-comparison.ts'
import { type Comparability, comparability } from './comparability.ts'
import type { ComparedRun, PairedRun } from './compared-run.ts'
import { findIndependent } from './find-independent.ts'
import { findPaired } from './find-paired.ts'
import { findRepeated } from './find-repeated.ts'
import type { FoundFigures } from './found-figures.ts'
import { type Gate, judgeGate } from './judge-gate.ts'
import { type Gpus, listFigures } from './list-figures.ts'
import { sentenceOf } from './sentence-of.ts'
import type { TurnPairs } from './turn-pairs.ts'

export interface FidelitySides {
  readonly a: readonly ComparedRun[]
  readonly b: readonly ComparedRun[]
}

export interface CompareOptions {
  /** What the work may differ in, as `comparability` names it. */
  readonly accepted?: readonly string[]
  readonly gates?: readonly Gate[]
  /** The turns of runs, asked for where both sides have the same ones. */
  readonly replayed: (run: ComparedRun) => Promise<PairedRun>
  /** Told of each pair of runs before it is held together. */
  readonly onPair?: (pair: number, of: number) => void
}

/** What B's side is beside A's. With the pairs of turns, where the runs are of one plan. @throws ComparisonError where they cannot be held against each other. */
export async function compareSides(
  { a, b }: FidelitySides,
  { accepted, gates = [], replayed, onPair }: CompareOptions,
): Promise<{ readonly comparison: RunComparison; readonly pairs: readonly TurnPairs[] }> {
  const common = comparability(a, b, accepted)
  const paired: (FoundFigures & { readonly pairs: TurnPairs })[] = []
  const partners = common.notPaired.length > 0 ? [] : partnersOf(a, b)
  for (const [i, [one, other]] of partners.entries()) {
    onPair?.(i, partners.length)
    paired.push(findPaired(await replayed(one), await replayed(other)))
  }
  const { found, method } = figuresOf(
    {
      a: partners.length > 0 ? partners.map(([one]) => one) : a,
      b: partners.length > 0 ? partners.map(([, other]) => other) : b,
    },
    paired,
  )
  return {
    comparison: withGates(gates, describe({ a, b }, { common, found, method, paired })),
    pairs: paired.map(({ pairs }) => pairs),
  }
}

/** Runs of one plan, each with one of the other side. */
function partnersOf(a: readonly ComparedRun[], b: readonly ComparedRun[]): (readonly [ComparedRun, ComparedRun])[] {
  const byPlan = (runs: readonly ComparedRun[]) =>
    runs.toSorted((one, other) => one.result.provenance.planDigest.localeCompare(other.result.provenance.planDigest))
  const others = byPlan(b)
  return byPlan(a).map((one, i) => [one, others[i]!] as const)
}

function figuresOf(
  { a, b }: FidelitySides,
  paired: readonly FoundFigures[],
): { readonly found: FoundFigures; readonly method: RunComparison['method'] } {
  if (a.length > 1)
    return paired.length > 0
      ? { found: findRepeated(a, b, paired), method: 'paired-repeats' }
      : { found: findRepeated(a, b), method: 'repeats' }
  return paired[0]
    ? { found: paired[0], method: 'paired' }
    : { found: findIndependent(a[0]!.result, b[0]!.result), method: 'independent' }
}

interface Described {
  readonly common: Comparability
  readonly found: FoundFigures
  readonly method: RunComparison['method']
  readonly paired: readonly { readonly pairs: TurnPairs }[]
}

function describe({ a, b }: FidelitySides, { common, found, method, paired }: Described): Omit<RunComparison, 'gates'> {
  const gpus = gpusOf(a, b)
  const hasTurns = method === 'paired' || method === 'paired-repeats'
  const part = hasTurns ? 'turns' : 'p50'
  const main = [gpus ? 'output_per_gpu' : 'output', `ttft.${part}`, `tpot.${part}`]
  // One in twenty of all of them together may be wrong, not one in twenty of each (Bonferroni).
  const figures = listFigures(found, { gpus, main, level: 1 - (1 - INTERVAL_LEVEL) / main.length })
  const turns = hasTurns ? sumOf(paired.map(({ pairs }) => pairs.counts)) : undefined
  return {
    schema: 'run-comparison/1',
    a: sideOf(a),
    b: sideOf(b),
    configuration: common.configuration,
    work: common.work,
    method,
    notPaired: [...common.notPaired],
    cautions: cautionsOf({ a, b }),
    ...(turns && { turns }),
    figures,
    ...sentenceOf(figures, { main, turns }),
  }
}

function withGates(gates: readonly Gate[], comparison: Omit<RunComparison, 'gates'>): RunComparison {
  if (gates.length === 0) return comparison
  return { ...comparison, gates: gates.map((gate) => judgeGate(gate, comparison)) }
}

function gpusOf([a]: readonly ComparedRun[], [b]: readonly ComparedRun[]): Gpus {
  const [ofA, ofB] = [a!.result.identity.gpus, b!.result.identity.gpus]
  return ofA === undefined || ofB === undefined ? undefined : [ofA, ofB]
}

function sideOf(runs: readonly ComparedRun[]): ComparedSide {
  const [failed, sent] = [
    runs.reduce((sum, { result }) => sum + result.counts.failed, 0),
    runs.reduce((sum, { result }) => sum + requestsSent(result.counts), 0),
  ]
  return {
    runs: runs.map(({ name, result: { provenance, validity } }) => ({
      name,
      seed: provenance.seed,
      planDigest: provenance.planDigest,
      verdict: validity.verdict,
      reasons: validity.reasons,
      command: provenance.command,
    })),
    failedShare: sent > 0 ? failed / sent : 0,
  }
}

function sumOf(all: readonly TurnPairs['counts'][]): TurnPairs['counts'] {
  return all.reduce((sum, counts) => {
    const names = Object.keys(sum) as (keyof TurnPairs['counts'])[]
    return Object.fromEntries(names.map((name) => [name, sum[name] + counts[name]])) as TurnPairs['counts']
  })
}

function cautionsOf({ a, b }: FidelitySides): string[] {
  const targets = [a, b].map((runs) => runs[0]!.result.provenance.target)
  const names = [a, b].map((runs) => runs.map(({ name }) => name).join())
  return [
    ...(names[0] === names[1] ? ['A and B are the same run'] : []),
    ...doubtsOf({ A: a, B: b }),
    ...(targets[0]!.simulated === targets[1]!.simulated
      ? []
      : ['one side is a model of an engine, the other an engine']),
    ...(targets.some(({ outputLength }) => outputLength === 'natural')
      ? ['replies ended by themselves: whole turns and throughput are of other lengths']
      : []),
  ]
}

/** Why runs are not valid, each kind of reason once, with whose it is. */
function doubtsOf(sides: Readonly<Record<string, readonly ComparedRun[]>>): string[] {
  const all = Object.entries(sides).flatMap(([side, runs]) =>
    runs.flatMap(({ result: { validity } }) =>
      validity.reasons.map((reason) => ({ side, verdict: validity.verdict, reason })),
    ),
  )
  const alike = Map.groupBy(all, ({ verdict, reason }) => `${verdict} ${reason.split(':', 1)[0]}`)
  return [...alike.values()].map((same) => {
    const { verdict, reason } = same[0]!
    return `${[...new Set(same.map(({ side }) => side))].join(' and ')} ${verdict}: ${reason}`
  })
}
