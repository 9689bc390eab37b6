import { markdownText } from '@reprise/safe-text'
import { formatNumber, formatShare } from './client/format-number.ts'
import type { FigureName, ReportMark } from './client/report-data.ts'
import { groupRuns, labelRuns } from './content/group-runs.ts'
import { marksOf } from './content/marks-of.ts'
import type { ReportRun } from './content/report-run.ts'

/** The figures of every point as a table in Markdown, and each caveat in a line: to be pasted where people talk. Nothing in it is taken for Markdown or HTML, whoever wrote it. */
export function renderReportMarkdown(runs: readonly ReportRun[]): string {
  const labelled = labelRuns(groupRuns(runs))
  const rows = marksOf(labelled).map((mark) => columns.map(([, cell]) => cell(mark)))
  const rule = columns.map((_, index) => (index === 0 || index === columns.length - 1 ? '---' : '---:'))
  const table = [columns.map(([head]) => head), rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const reasons = labelled.flatMap(({ run }) => run.result.validity.reasons)
  const byCode = [...Map.groupBy(reasons, (text) => text.split(':', 1)[0]!).values()]
  const caveats = byCode.map((same) => {
    const where = same.length === labelled.length ? '' : ` (${same.length} of ${labelled.length} runs)`
    return `- ${markdownText(same[0]!)}${where}`
  })
  return `${table}\n${caveats.length > 0 ? `\n${caveats.join('\n')}\n` : ''}`
}

const columns: readonly (readonly [head: string, cell: (mark: ReportMark) => string])[] = [
  ['Point', ({ label }) => markdownText(label)],
  ['TTFT p50, ms', figure('ttft.p50')],
  ['TTFT p90, ms', figure('ttft.p90')],
  ['TPOT p90, ms', figure('tpot.p90')],
  ['Output tok/s', figure('output')],
  [
    'per GPU',
    ({ figures: { output }, gpus }) => formatNumber(output !== undefined && gpus ? output / gpus : undefined),
  ],
  ['Hits', ({ figures }) => formatShare(figures.hitMeasured)],
  ['ideal', ({ figures }) => formatShare(figures.hitIdeal)],
  ['Failed', ({ figures }) => formatShare(figures.failedShare)],
  ['Verdict', ({ verdict }) => verdict],
]

function figure(name: FigureName) {
  return ({ figures, ends }: ReportMark): string => {
    const interval = ends[name]
    const value = formatNumber(figures[name])
    return interval ? `${value} (${formatNumber(interval[0])}-${formatNumber(interval[1])})` : value
  }
}
