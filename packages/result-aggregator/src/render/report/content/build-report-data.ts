import { loadSizeOf } from '../../../result/load-size.ts'
import type { ReportData, ReportPoint } from '../client/report-data.ts'
import { compareLengths } from './compare-lengths.ts'
import { encodeTimeline, shareRows, TIMELINE_ROWS_MAX } from './encode-timeline.ts'
import { type LabelledRun, labelRuns, type RunGroup } from './group-runs.ts'
import { marksOf } from './marks-of.ts'
import { runDetails } from './run-details.ts'

/** What the page's script draws. Timelines share `maxRows` requests, so that a page of many runs stays small. */
export function buildReportData(groups: readonly RunGroup[], { maxRows = TIMELINE_ROWS_MAX } = {}): ReportData {
  const runs = labelRuns(groups)
  const shares = shareRows(
    runs.map(({ run }) => run.requests.length),
    maxRows,
  )
  return {
    schema: 'report/1',
    groups: groups.map(({ name }) => name),
    points: runs.map((run, index) => pointOf(run, shares[index]!)),
    marks: marksOf(runs),
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
  const breaks = result.completeness.resumed?.breaks
  return {
    label,
    group,
    lanes: size.value,
    ...(size.unit !== 'lanes' && { unit: size.unit }),
    verdict: result.validity.verdict,
    phases: phases.map(({ phase, startMs, endMs }) => ({ phase, startMs, ...(endMs !== undefined && { endMs }) })),
    ...(breaks && { breaksMs: breaks.map(({ atMs }) => atMs) }),
    details: runDetails(result),
    timeline: encodeTimeline(requests, { maxRows, ...(trees && { trees }) }),
    distributions: compareLengths(requests, trees),
  }
}
