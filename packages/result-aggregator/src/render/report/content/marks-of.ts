import type { RepeatsEstimate } from '../../../interval/repeats-estimate.ts'
import { isInterval } from '../../../result/estimate.ts'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { repeatsFigure, repeatsShare } from '../../repeats.ts'
import type { FigureName, LatencyName, ReportMark, Verdict } from '../client/report-data.ts'
import { figuresOf, type KnownFigure, latencyNames } from './figures-of.ts'
import type { LabelledRun } from './group-runs.ts'

/**
 * The marks of the charts, in the order of the runs: one for each run, and one for all runs of a point that differ in their seeds, whose figures are
 * geometric means with intervals from three seeds on. A seed that was run twice has a mark for each time.
 */
export function marksOf(runs: readonly LabelledRun[]): ReportMark[] {
  const points = [...Map.groupBy(runs, ({ group, run }) => JSON.stringify([group, loadSizeOf(run.result.load).value]))]
  return points.flatMap(([, same]) => {
    const seeds = new Set(same.map(({ run }) => run.result.provenance.seed))
    return seeds.size === same.length ? [markOf(same)] : same.map((run) => markOf([run]))
  })
}

function markOf(runs: readonly LabelledRun[]): ReportMark {
  const [first] = runs as readonly [LabelledRun, ...LabelledRun[]]
  const results = runs.map(({ run }) => run.result)
  const { load, identity } = results[0]!
  const { unit, value, label: size } = loadSizeOf(load)
  const figures = [...figuresTogether(results)]
  const { gpus, hardware, usdPerGpuHour } = identity
  return {
    label: runs.length === 1 ? first.label : `${size}, ${runs.length} seeds${ofGroup(first)}`,
    group: first.group,
    workload: first.workload,
    lanes: value,
    ...(unit !== 'lanes' && { unit }),
    ...(gpus !== undefined && { gpus }),
    ...(hardware !== undefined && { hardware }),
    ...(usdPerGpuHour !== undefined && { usdPerGpuHour }),
    verdict: worst(results.map(({ validity }) => validity.verdict)),
    runs: runs.map(({ index }) => index),
    figures: Object.fromEntries(figures.map(([name, figure]) => [name, figure.value])),
    ends: Object.fromEntries(figures.flatMap(([name, { ends }]) => (ends ? [[name, ends]] : []))),
    n: Object.fromEntries(
      latencyNames.flatMap((name: LatencyName) => {
        const n = results.reduce((sum, { metrics }) => sum + (metrics[name]?.n ?? 0), 0)
        return n > 0 ? [[name, n]] : []
      }),
    ),
  }
}

function ofGroup({ label, groupName }: LabelledRun): string {
  return label.startsWith(groupName) ? ` of ${groupName}` : ''
}

/** Figures that all runs have; of one run its own. */
function figuresTogether(results: readonly Result[]): ReadonlyMap<FigureName, KnownFigure> {
  const known = new Map(results.map((result) => [result, figuresOf(result)]))
  const first = known.get(results[0]!)!
  if (results.length === 1) return first
  return new Map(
    [...first.keys()].flatMap((name) => {
      const of = (result: Result) => known.get(result)!.get(name)?.value
      const mean = (shares.has(name) ? repeatsShare : repeatsFigure)(results, of)
      return mean ? [[name, endsOf(mean)]] : plainMean(name, results.map(of))
    }),
  )
}

/** Near 1, where a mean by way of what is missing tells more. */
const shares: ReadonlySet<FigureName> = new Set(['hitMeasured', 'hitIdeal'])

function endsOf({ value, estimate }: RepeatsEstimate): KnownFigure {
  return { value, ...(isInterval(estimate) && { ends: [estimate.low, estimate.high] as const }) }
}

/** Where a value is 0 there is no geometric mean. */
function plainMean(name: FigureName, values: readonly (number | undefined)[]): [FigureName, KnownFigure][] {
  const known = values.filter((value) => value !== undefined)
  if (known.length < values.length) return []
  return [[name, { value: known.reduce((sum, value) => sum + value, 0) / known.length }]]
}

function worst(verdicts: readonly Verdict[]): Verdict {
  return (['invalid', 'indicative'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'valid'
}
