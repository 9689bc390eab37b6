import type { FrameworkConstants } from '@reprise/engine-sim/core'
import { fitFramework, medianOf, withConstants } from './fit-frameworks.ts'
import { type Half, halfOf } from './half-of.ts'
import type { PredictedRow } from './predict-rows.ts'
import { rankCorrelation } from './rank-correlation.ts'

/** Errors of a set of rows, as shares. */
export interface Errors {
  readonly rows: number
  /** Median error of the TPOT, with the constants that the other families gave. */
  readonly tpot: number
  /** The same with the one scalar of the family, which makes the median of its ratios one. */
  readonly tpotScaled: number
  readonly ttft: number
  readonly ttftScaled: number
  /** Median of predicted over measured TPOT. */
  readonly bias: number
}

export interface FamilyErrors extends Errors {
  readonly family: string
  /** Spearman's, of predicted and measured TPOT; undefined below five rows. */
  readonly rank: number | undefined
  /** The same of output tokens per second and GPU: what orders a sweep. */
  readonly outputRank: number | undefined
}

interface JudgedRow {
  readonly row: PredictedRow
  readonly tpotRatio: number
  readonly ttftRatio: number
  readonly scaledTpotRatio: number
  readonly scaledTtftRatio: number
}

export interface Judgement {
  readonly all: Errors
  /** Those of the rows that constants are fitted to, and of those that they are not. */
  readonly byHalf: Readonly<Record<Half, Errors>>
  readonly byGroup: ReadonlyMap<string, Errors>
  readonly families: readonly FamilyErrors[]
  /** Of every framework, from those of its rows that constants are fitted to: what a new family is predicted with. */
  readonly constants: ReadonlyMap<string, FrameworkConstants>
}

/**
 * How far off the model is. Each family is predicted with the constants that the rows of its framework give which are fitted to, without any family of its
 * model.
 */
export function judgeRows(rows: readonly PredictedRow[]): Judgement {
  const families = Map.groupBy(rows, ({ family }) => family)
  const fitted = rows.filter((row) => halfOf(row) === 'fitted')
  const judged = new Map([...families].map(([family, own]) => [family, judgeFamily(own, fitted)]))
  const everything = [...judged.values()].flat()
  const groups = Map.groupBy(
    everything.flatMap((one) => groupsOf(one).map((group) => ({ group, one }))),
    ({ group }) => group,
  )
  const frameworks = Map.groupBy(fitted, kindOf)
  const ofHalf = (half: Half) => errorsOf(everything.filter(({ row }) => halfOf(row) === half))
  return {
    all: errorsOf(everything),
    byHalf: { fitted: ofHalf('fitted'), 'held out': ofHalf('held out') },
    byGroup: new Map([...groups].map(([group, ones]) => [group, errorsOf(ones.map(({ one }) => one))])),
    families: [...judged]
      .map(([family, own]) => ({ family, ...errorsOf(own), ...ranksOf(own) }))
      .sort((one, other) => one.family.localeCompare(other.family)),
    constants: new Map([...frameworks].flatMap(([name, own]) => [[name, fitFramework(own)!] as const])),
  }
}

function judgeFamily(own: readonly PredictedRow[], fitted: readonly PredictedRow[]): JudgedRow[] {
  const [kind, model] = [kindOf(own[0]!), modelOf(own[0]!)]
  const others = fitted.filter((row) => modelOf(row) !== model)
  const alike = others.filter((row) => kindOf(row) === kind)
  const constants = fitFramework(alike) ?? fitFramework(others) ?? { scale: 1, requestMs: 0, waitSteps: 0 }
  const plain = own.map((row) => ({ row, ...withConstants(row, constants) }))
  const scalar = 1 / (medianOf(plain.map(({ row, tpotMs }) => tpotMs / row.tpotMs)) ?? 1)
  return plain.map(({ row, ttftMs, tpotMs }) => ({
    row,
    tpotRatio: tpotMs / row.tpotMs,
    ttftRatio: ttftMs / row.ttftMs,
    scaledTpotRatio: (scalar * tpotMs) / row.tpotMs,
    scaledTtftRatio: (scalar * ttftMs + (1 - scalar) * constants.requestMs) / row.ttftMs,
  }))
}

/** A framework, and whether ranks have an attention of their own: their prefills wait for one another. */
function kindOf({ deployment: { framework, dataParallel = 1 } }: PredictedRow): string {
  return dataParallel > 1 ? `${framework}, ranks` : framework
}

/** All families of a model are left out together: another GPU or precision of it would tell of it. */
function modelOf({ deployment }: PredictedRow): string {
  return deployment.model.replace(/^.*\//, '').replace(/-(fp8|nvfp4|instruct)/gi, '')
}

function groupsOf({ row: { deployment, concurrency } }: JudgedRow): string[] {
  const size =
    concurrency <= 8 ? 'concurrency to 8' : concurrency <= 64 ? 'concurrency 9 to 64' : 'concurrency above 64'
  return [deployment.framework, deployment.gpu, deployment.precision, size]
}

function errorsOf(rows: readonly JudgedRow[]): Errors {
  const error = (ratio: (row: JudgedRow) => number) =>
    medianOf(rows.map((row) => Math.abs(ratio(row) - 1))) ?? Number.NaN
  return {
    rows: rows.length,
    tpot: error(({ tpotRatio }) => tpotRatio),
    tpotScaled: error(({ scaledTpotRatio }) => scaledTpotRatio),
    ttft: error(({ ttftRatio }) => ttftRatio),
    ttftScaled: error(({ scaledTtftRatio }) => scaledTtftRatio),
    bias: medianOf(rows.map(({ tpotRatio }) => tpotRatio)) ?? Number.NaN,
  }
}

function ranksOf(rows: readonly JudgedRow[]): Pick<FamilyErrors, 'rank' | 'outputRank'> {
  if (rows.length < 5) return { rank: undefined, outputRank: undefined }
  return {
    rank: rankCorrelation(rows.map(({ row, tpotRatio }) => [tpotRatio * row.tpotMs, row.tpotMs] as const)),
    outputRank: rankCorrelation(
      rows.map(({ row, tpotRatio, ttftRatio }) => [outputOf(row, ttftRatio, tpotRatio), outputOf(row, 1, 1)] as const),
    ),
  }
}

/** Output tokens per second and GPU of a closed loop, from the latencies of a request. */
function outputOf(
  { deployment, concurrency, outputTokens, ttftMs, tpotMs }: PredictedRow,
  ttft: number,
  tpot: number,
): number {
  const { tensorParallel, dataParallel = 1, pipelineParallel = 1 } = deployment
  const requestMs = ttft * ttftMs + (outputTokens - 1) * tpot * tpotMs
  return (1e3 * concurrency * outputTokens) / requestMs / (tensorParallel * dataParallel * pipelineParallel)
}
