import type { RepeatsEstimate } from '../../../interval/repeats-estimate.ts'
import { isInterval } from '../../../result/estimate.ts'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { Metric } from '../../../result/metric.ts'
import type { Result } from '../../../result/result.ts'
import { repeatsFigure, repeatsShare } from '../../repeats.ts'
import type { CurvePoint, Ends } from '../client/report-data.ts'
import type { LabelledRun } from './group-runs.ts'

/**
 * Runs that differ in their seeds alone as one place on the curves: the geometric mean of each figure that all of them have, with its interval from
 * three on. Trusted as far as the least trusted of them.
 */
export function repeatPoint(same: readonly LabelledRun[]): CurvePoint {
  const results = same.map(({ run }) => run.result)
  const [{ group, workload, groupName }] = same as [LabelledRun]
  const [{ identity, load }] = results as [Result]
  const size = loadSizeOf(load)
  const rates = (['output', 'freshInput', 'input', 'total'] as const).map(
    (name) => [name, repeatsFigure(results, ({ throughput }) => throughput?.[name])] as const,
  )
  const measured = repeatsShare(results, ({ cacheHit }) => cacheHit.measured)
  const ideal = repeatsShare(results, ({ cacheHit }) => cacheHit.ideal)
  const lateMs = worst(results.map(({ metrics }) => metrics.dispatch_delay?.p99))
  const loopMs = worst(results.map(({ clientHealth }) => clientHealth.eventLoopDelayMs?.p99))
  const throughputIntervals = endsOf(rates)
  const { measured: measuredInterval } = endsOf([['measured', measured]])
  return {
    label: `${groupName}, ${size.label}, ${results.length} seeds`,
    seeds: results.length,
    ...{ group, workload, lanes: size.value },
    ...(size.unit !== 'lanes' && { unit: size.unit }),
    ...(identity.gpus !== undefined && { gpus: identity.gpus }),
    verdict: (['invalid', 'indicative'] as const).find((each) => results.some(isOf(each))) ?? 'valid',
    throughput: valuesOf(rates),
    ...(Object.keys(throughputIntervals).length > 0 && { throughputIntervals }),
    metrics: metricsOf(results),
    cacheHit: {
      ...valuesOf([
        ['measured', measured],
        ['ideal', ideal],
      ]),
      ...(measuredInterval && { measuredInterval }),
    },
    ...(lateMs !== undefined && { dispatchDelayP99Ms: lateMs }),
    ...(loopMs !== undefined && { eventLoopDelayP99Ms: loopMs }),
  }
}

function metricsOf(results: readonly Result[]): CurvePoint['metrics'] {
  const found: { -readonly [Name in keyof CurvePoint['metrics']]: CurvePoint['metrics'][Name] } = {}
  for (const name of ['ttft', 'tpot', 'e2e', 'interactivity'] as const) {
    const all = results.flatMap(({ metrics }): Metric[] => (metrics[name] ? [metrics[name]] : []))
    if (all.length < results.length) continue
    const percentiles = (['p50', 'p90', 'p99'] as const).map(
      (each) => [each, repeatsFigure(results, ({ metrics }) => metrics[name]?.[each])] as const,
    )
    const intervals = endsOf(percentiles)
    found[name] = {
      n: all.reduce((sum, { n }) => sum + n, 0),
      ...valuesOf(percentiles),
      ...(Object.keys(intervals).length > 0 && { intervals }),
    }
  }
  return found
}

type Named<Name extends string> = readonly (readonly [name: Name, mean: RepeatsEstimate | undefined])[]

function valuesOf<Name extends string>(means: Named<Name>): Partial<Record<Name, number>> {
  return Object.fromEntries(means.flatMap(([name, mean]) => (mean ? [[name, mean.value]] : []))) as Partial<
    Record<Name, number>
  >
}

function endsOf<Name extends string>(means: Named<Name>): Partial<Record<Name, Ends>> {
  const ends = means.flatMap(([name, mean]) =>
    isInterval(mean?.estimate) ? [[name, [mean.estimate.low, mean.estimate.high]] as const] : [],
  )
  return Object.fromEntries(ends) as Partial<Record<Name, Ends>>
}

function worst(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

function isOf(verdict: 'invalid' | 'indicative'): (result: Result) => boolean {
  return ({ validity }) => validity.verdict === verdict
}
