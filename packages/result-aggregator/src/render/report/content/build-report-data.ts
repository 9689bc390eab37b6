import { type Estimate, isInterval } from '../../../result/estimate.ts'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { repeatsOf } from '../../repeats.ts'
import type { Ends, LatencyName, Percentiles, ReportData, ReportPoint } from '../client/report-data.ts'
import { compareLengths } from './compare-lengths.ts'
import { encodeTimeline, shareRows, TIMELINE_ROWS_MAX } from './encode-timeline.ts'
import { type LabelledRun, labelRuns, type RunGroup } from './group-runs.ts'
import { repeatPoint } from './repeat-point.ts'

/** What the page's script draws. Timelines share `maxRows` requests, so that a page of many runs stays small. */
export function buildReportData(groups: readonly RunGroup[], { maxRows = TIMELINE_ROWS_MAX } = {}): ReportData {
  const runs = labelRuns(groups)
  const repeats = repeatsOf(runs, ({ run }) => run.result)
  const repeatOf = new Map(repeats.flatMap((same, repeat) => same.map((run) => [run, repeat])))
  const shares = shareRows(
    runs.map(({ run }) => run.requests.length),
    maxRows,
  )
  return {
    schema: 'report/1',
    groups: groups.map(({ name }) => name),
    points: runs.map((run, index) => {
      const repeat = repeatOf.get(run)
      return { ...pointOf(run, shares[index]!), ...(repeat !== undefined && { repeat }) }
    }),
    ...(repeats.length > 0 && { repeats: repeats.map(repeatPoint) }),
    ...latenessOf(runs),
  }
}

function latenessOf(runs: readonly LabelledRun[]): Pick<ReportData, 'lateness'> {
  const [first, ...others] = runs.map(({ run }) => run.result.validity.limits.dispatchDelayP99Ms)
  const same = first && others.every(({ warn, fail }) => warn === first.warn && fail === first.fail)
  return same ? { lateness: { warn: first.warn, fail: first.fail } } : {}
}

function pointOf({ run, group, workload, label }: LabelledRun, maxRows: number): ReportPoint {
  const { result, requests, plannedTrees: trees, href, phases } = run
  const { load, identity, validity, cacheHit, metrics, clientHealth } = result
  const { measured, ideal } = cacheHit
  const size = loadSizeOf(load)
  const breaks = result.completeness.resumed?.breaks
  const lateMs = metrics.dispatch_delay?.p99
  const loopMs = clientHealth.eventLoopDelayMs?.p99
  return {
    label,
    group,
    workload,
    lanes: size.value,
    ...(size.unit !== 'lanes' && { unit: size.unit }),
    ...(identity.gpus !== undefined && { gpus: identity.gpus }),
    ...(href !== undefined && { href }),
    verdict: validity.verdict,
    throughput: throughputOf(result),
    ...throughputIntervalsOf(result),
    metrics: percentilesOf(result),
    cacheHit: {
      ...(measured !== undefined && { measured }),
      ...(ideal !== undefined && { ideal }),
      ...endsOf({ measuredInterval: cacheHit.intervals?.measured }),
    },
    ...(lateMs !== undefined && { dispatchDelayP99Ms: lateMs }),
    ...(loopMs !== undefined && { eventLoopDelayP99Ms: loopMs }),
    phases: phases.map(({ phase, startMs, endMs }) => ({ phase, startMs, ...(endMs !== undefined && { endMs }) })),
    ...(breaks && { breaksMs: breaks.map(({ atMs }) => atMs) }),
    timeline: encodeTimeline(requests, { maxRows, ...(trees && { trees }) }),
    distributions: compareLengths(requests, trees),
  }
}

function throughputOf({ throughput }: Result): ReportPoint['throughput'] {
  if (!throughput) return {}
  const { output, freshInput, input, total } = throughput
  return { output, ...(freshInput !== undefined && { freshInput }), input, total }
}

function throughputIntervalsOf({ throughput }: Result): Pick<ReportPoint, 'throughputIntervals'> {
  const { output, freshInput, input, total } = throughput?.intervals ?? {}
  const throughputIntervals = endsOf({ output, freshInput, input, total })
  return Object.keys(throughputIntervals).length > 0 ? { throughputIntervals } : {}
}

/** Both ends of those that are intervals. */
function endsOf<Name extends string>(
  estimates: Readonly<Record<Name, Estimate | undefined>>,
): Partial<Record<Name, Ends>> {
  const ends = Object.entries<Estimate | undefined>(estimates).flatMap(([name, estimate]) =>
    isInterval(estimate) ? [[name, [estimate.low, estimate.high]] as const] : [],
  )
  return Object.fromEntries(ends) as Partial<Record<Name, Ends>>
}

function percentilesOf({ metrics }: Result): ReportPoint['metrics'] {
  const found: Partial<Record<LatencyName, Percentiles>> = {}
  for (const name of ['ttft', 'tpot', 'e2e', 'interactivity'] as const) {
    const metric = metrics[name]
    if (!metric) continue
    const { n, p50, p90, p99 } = metric
    const intervals = endsOf({ p50: metric.intervals?.p50, p90: metric.intervals?.p90, p99: metric.intervals?.p99 })
    found[name] = {
      n,
      ...(p50 !== undefined && { p50 }),
      ...(p90 !== undefined && { p90 }),
      ...(p99 !== undefined && { p99 }),
      ...(Object.keys(intervals).length > 0 && { intervals }),
    }
  }
  return found
}
