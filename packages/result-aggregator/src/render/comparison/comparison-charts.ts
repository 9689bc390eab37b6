import { quantileCurve } from '@reprise/trace'
import type { PairedValues } from '../../comparison/turn-pairs.ts'
import { ratiosOf } from '../../comparison/typical-ratio.ts'
import type { Metric } from '../../result/metric.ts'
import type { ComparedFigure } from '../../result/run-comparison.ts'
import type { Curve, CurveChart } from '../traces/client/curve-data.ts'

/** The metrics that are drawn, and their titles. */
export const drawnMetrics = { ttft: 'TTFT', tpot: 'TPOT', e2e: 'E2E' } as const
export type DrawnMetric = keyof typeof drawnMetrics

/** What a metric is drawn from: the values of the same turns, of every pair of runs; else the percentiles of the results. */
export interface DrawnSides {
  readonly name: DrawnMetric
  /** Empty where no turns were paired. */
  readonly pairs: readonly PairedValues[]
  readonly metrics: readonly [a: readonly (Metric | undefined)[], b: readonly (Metric | undefined)[]]
  readonly figures: readonly ComparedFigure[]
}

/** A chart of a metric, and what is said of it. */
export interface DrawnChart extends CurveChart {
  readonly about: string
}

/** Both distributions, the ratio at each percentile, and that of single turns, as far as there are any. */
export function chartsOf(sides: DrawnSides): DrawnChart[] {
  return [alignedChart(sides), percentileChart(sides), ...(sides.pairs.length > 0 ? [turnsChart(sides)] : [])].filter(
    ({ curves }) => curves.some(({ points }) => points.length > 1),
  )
}

function alignedChart({ name, pairs, metrics }: DrawnSides): DrawnChart {
  const of = (side: 0 | 1): Curve['points'] =>
    pairs.length > 0
      ? distribution(known(pairs.flatMap(({ a, b }) => [...(side === 0 ? a : b)])))
      : percentiles(metrics[side])
  const title = drawnMetrics[name]
  return {
    ...{ id: `chart-${name}`, xTitle: title, yTitle: 'share up to there', xUnit: 'ms', yUnit: 'share' },
    curves: [
      { name: 'A', points: of(0) },
      { name: 'B', points: of(1) },
    ],
    about:
      pairs.length > 0
        ? 'Of the same turns on both sides: the share whose value is at most so large. A line that ends below 100% is of a side that failed the rest.'
        : 'The percentiles of the results: p50, p75, p90, p95, p99; of repeats, those of every run.',
  }
}

function percentileChart({ name, figures }: DrawnSides): DrawnChart {
  const own = [50, 75, 90, 95, 99].flatMap((percentile) => {
    const figure = figures.find((each) => each.name === `${name}.p${percentile}`)
    return figure ? [{ share: percentile / 100, figure }] : []
  })
  const line = (of: (figure: ComparedFigure) => number | undefined): Curve['points'] =>
    own.flatMap(({ share, figure }) => {
      const value = of(figure)
      return value === undefined ? [] : [[share, value] as const]
    })
  return {
    ...{
      id: `chart-${name}-percentiles`,
      xTitle: 'percentile',
      yTitle: 'B / A',
      xUnit: 'share',
      yUnit: 'count',
      even: true,
    },
    curves: [
      { name: 'ratio', points: line(({ value }) => value) },
      { name: 'lower end', points: line(({ low }) => low) },
      { name: 'upper end', points: line(({ high }) => high) },
    ],
    about:
      'The ratio of each percentile of B to that of A, and both ends of its 95 % interval. Where there are no ends, nobody can tell.',
  }
}

function turnsChart({ name, pairs }: DrawnSides): DrawnChart {
  const ratios = known(pairs.flatMap((values) => [...ratiosOf(values)]))
  return {
    ...{ id: `chart-${name}-turns`, xTitle: 'B / A', yTitle: 'share up to there', xUnit: 'count', yUnit: 'share' },
    curves: [{ name: 'same turn', points: distribution(ratios).slice(1, -1) }],
    about:
      'What single turns took on B, as a share of what they took on A; the lowest and the highest hundredth are left out. Half of them lie above the ratio of a typical turn.',
  }
}

/** Rising; `Infinity` stands for what failed. */
function known(values: readonly number[]): Float64Array {
  return Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()
}

function distribution(sorted: Float64Array): (readonly [value: number, share: number])[] {
  if (sorted.length === 0) return []
  return quantileCurve(sorted).flatMap((value, percent) =>
    Number.isFinite(value) ? [[value, percent / 100] as const] : [],
  )
}

function percentiles(metrics: readonly (Metric | undefined)[]): Curve['points'] {
  const points = metrics.flatMap((metric) =>
    ([50, 75, 90, 95, 99] as const).flatMap((percentile) => {
      const value = metric?.[`p${percentile}`]
      return value === undefined ? [] : [[value, percentile / 100] as const]
    }),
  )
  return points.sort(([a, shareA], [b, shareB]) => shareA - shareB || a - b)
}
