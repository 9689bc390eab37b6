import { loadSizeOf } from '../../../result/load-size.ts'
import type { ReportData, ReportPoint, RunBasis } from '../client/report-data.ts'
import { compareLengths } from './compare-lengths.ts'
import { encodeTimeline, shareRows, TIMELINE_ROWS_MAX } from './encode-timeline.ts'
import { type LabelledRun, labelRuns, type RunGroup } from './group-runs.ts'
import { marksOf } from './marks-of.ts'
import { quantileCurves } from './quantile-curves.ts'
import type { ReportRun } from './report-run.ts'
import { requestScatters } from './request-scatters.ts'
import { runDetails } from './run-details.ts'
import { runSeries } from './run-series.ts'
import { runTablesOf } from './run-tables-of.ts'
import { trendsOf } from './trends-of.ts'

/** What the page's script draws. Timelines share `maxRows` requests, so that a page of many runs stays small. */
export function buildReportData(groups: readonly RunGroup[], { maxRows = TIMELINE_ROWS_MAX } = {}): ReportData {
  const runs = labelRuns(groups)
  const marks = marksOf(runs)
  const trends = trendsOf(runs, marks)
  const shares = shareRows(
    runs.map(({ run }) => run.requests.length),
    maxRows,
  )
  return {
    schema: 'report/1',
    groups: groups.map(({ name }) => name),
    points: runs.map((run, index) => pointOf(run, shares[index]!)),
    marks,
    ...(trends.length > 0 && { trends }),
    ...latenessOf(runs),
  }
}

function latenessOf(runs: readonly LabelledRun[]): Pick<ReportData, 'lateness'> {
  const [first, ...others] = runs.map(({ run }) => run.result.validity.limits.dispatchDelayP99Ms)
  const same = first && others.every(({ warn, fail }) => warn === first.warn && fail === first.fail)
  return same ? { lateness: { warn: first.warn, fail: first.fail } } : {}
}

function pointOf({ run, group, label }: LabelledRun, maxRows: number): ReportPoint {
  const { result, requests, plannedTrees: trees, phases } = run
  const size = loadSizeOf(result.load)
  const series = runSeries(requests, run)
  const breaks = result.completeness.resumed?.breaks
  return {
    label,
    group,
    lanes: size.value,
    ...(size.unit !== 'lanes' && { unit: size.unit }),
    verdict: result.validity.verdict,
    phases: phases.map(({ phase, startMs, endMs }) => ({ phase, startMs, ...(endMs !== undefined && { endMs }) })),
    ...(breaks && { breaksMs: breaks.map(({ atMs }) => atMs) }),
    ...settledAt(run),
    details: runDetails(result),
    tables: runTablesOf(result, requests),
    basis: basisOf(run),
    quantiles: quantileCurves(requests),
    ...(series && { series }),
    timeline: encodeTimeline(requests, { maxRows, ...(trees && { trees }) }),
    scatters: requestScatters(requests),
    distributions: compareLengths(requests, trees),
  }
}

function basisOf({ result: { counts, throughput }, requests }: ReportRun): RunBasis {
  const sent = requests.filter(({ sentMs }) => sentMs !== undefined).length
  return { measured: counts.ok, sent, ...(throughput && { windowMs: throughput.windowMs }) }
}

/** A run that was resumed has its window in parts, and the instant would be in none for sure. */
function settledAt({ result, phases }: ReportRun): Pick<ReportPoint, 'settledMs'> {
  const cutMs = result.settling?.cutMs
  const [window, ...others] = phases.filter(({ phase }) => phase === 'profiling')
  if (typeof cutMs !== 'number' || cutMs === 0 || !window || others.length > 0) return {}
  return { settledMs: window.startMs + cutMs }
}
