import { loadSizeOf } from '../../result/load-size.ts'
import { renderCsvCell } from '../csv-cell.ts'
import { figuresOf } from './content/figures-of.ts'
import { groupRuns, labelRuns } from './content/group-runs.ts'
import type { ReportRun } from './content/report-run.ts'

/** All figures of a report as CSV, a row for each run: what it is, then each figure by the name that the page's data have for it, with both ends of its interval where it has one. */
export function renderReportCsv(runs: readonly ReportRun[]): string {
  const rows = labelRuns(groupRuns(runs)).map(({ run, label, groupName }) => ({
    result: run.result,
    label,
    groupName,
    figures: figuresOf(run.result),
  }))
  const names = [...new Set(rows.flatMap(({ figures }) => [...figures.keys()]))]
  const withEnds = names.filter((name) => rows.some(({ figures }) => figures.get(name)?.ends))
  const heads = names.flatMap((name) => (withEnds.includes(name) ? [name, `${name}.low`, `${name}.high`] : [name]))
  const lines = rows.map(({ result, label, groupName, figures }) => {
    const { value, unit } = loadSizeOf(result.load)
    const { hardware, gpus, model, usdPerGpuHour } = result.identity
    const { counts, provenance, validity } = result
    const cells = names.flatMap((name) => {
      const { value: figure, ends } = figures.get(name) ?? {}
      return withEnds.includes(name) ? [figure, ends?.[0], ends?.[1]] : [figure]
    })
    return [
      ...[label, groupName, value, unit, provenance.seed, validity.verdict],
      ...[model, hardware, gpus, usdPerGpuHour],
      ...[counts.requests, counts.ok, counts.failed, counts.cancelled, counts.plays],
      ...cells,
    ]
  })
  return [[...identityHeads, ...heads], ...lines].map((cells) => `${cells.map(renderCsvCell).join(',')}\r\n`).join('')
}

const identityHeads = [
  ...['run', 'curve', 'size', 'unit', 'seed', 'verdict', 'model', 'hardware', 'gpus', 'usdPerGpuHour'],
  ...['requests', 'ok', 'failed', 'cancelled', 'plays'],
]
