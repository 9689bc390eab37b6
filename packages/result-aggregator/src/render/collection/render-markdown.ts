import { markdownBlock, markdownText } from '@reprise/safe-text'
import type { Collection } from '../../result/collection.ts'
import { isInterval } from '../../result/estimate.ts'
import { intervalLegend, renderMissing, withInterval } from '../interval-text.ts'
import { renderFigure, renderTotals, type SweepPoint, sweepPoints } from '../sweep-point.ts'
import { estimatedFigures as estimated } from './estimated-figures.ts'
import { renderEvaluations } from './render-evaluations.ts'
import { renderFleets } from './render-fleets.ts'
import { renderMermaid } from './render-mermaid.ts'
import { renderReuse } from './render-reuse.ts'

/** GitHub takes a summary of 1 MiB; so many lines are a quarter of that at most. */
const shownPoints = 400
const shownFailures = 50
const shownTails = 10
const tailLines = 20

/**
 * The table of what a sweep measured, as Markdown; jobs that only evaluate have one of their own. Nothing in it, whoever wrote it, is taken for
 * Markdown or HTML.
 */
export function renderCollectionMarkdown(collection: Collection): string {
  const points = sweepPoints(collection).filter(({ row }) => row.job.job.evaluation.only !== true)
  const heads = columns.map(([head]) => head)
  const rule = columns.map(([, align]) => (align === 'right' ? '---:' : '---'))
  const rows = points.slice(0, shownPoints).map((point) => columns.map(([, , cell]) => cell(point)))
  const table = [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const hidden = points.length - rows.length
  const brackets = points.some((point) => estimatesOf(point).some(([, estimate]) => isInterval(estimate)))
  const missing = renderMissing(points.flatMap(estimatesOf)).join('; ')
  return [
    table,
    ...(hidden > 0 ? [`${hidden} more lines are in table.csv.`] : []),
    ...(brackets ? [`In brackets: ${intervalLegend}.`] : []),
    ...(missing === '' ? [] : [`${brackets ? 'Not estimable' : 'No intervals'}: ${missing}.`]),
  ]
    .join('\n\n')
    .concat('\n')
}

/** What a workflow shows of a sweep: how it went, the picture, the table, and how to do again what failed. */
export function renderSweepSummary(collection: Collection): string {
  const picture = renderMermaid(collection)
  const evaluations = renderEvaluations(collection)
  const reuse = renderReuse(collection).trim()
  return [
    '## Sweep',
    `${renderTotals(collection)}.`,
    ...(reuse === '' ? [] : [reuse]),
    ...(picture === undefined ? [] : [`\`\`\`mermaid\n${picture}\`\`\``]),
    renderCollectionMarkdown(collection).trimEnd(),
    ...(evaluations === undefined ? [] : ['### Evaluations', evaluations]),
    '### Fleets',
    renderFleets(collection),
    ...renderFailures(collection),
    '',
  ].join('\n\n')
}

function estimatesOf(point: SweepPoint) {
  return estimated.map(({ head, estimate }) => [head, estimate(point)] as const)
}

const columns: readonly (readonly [head: string, align: 'left' | 'right', cell: (point: SweepPoint) => string])[] = [
  ['Config', 'left', ({ configKey }) => markdownText(configKey, 120)],
  ['Point', 'left', ({ name }) => markdownText(name, 120)],
  ['Lanes', 'right', ({ lanes }) => lanes.join(', ')],
  ...estimated.map(({ head, value, estimate, figure = renderFigure }) => {
    return [head, 'right', (point: SweepPoint) => withInterval(figure(value(point)), estimate(point), figure)] as const
  }),
  ['Verdict', 'left', ({ verdict, row }) => (row.status.failure ? `**${verdict}**` : verdict)],
]

function renderFailures({ rows }: Collection): string[] {
  const failed = rows.filter(({ status }) => status.failure)
  if (failed.length === 0) return []
  const shown = failed.slice(0, shownFailures)
  const list = shown.map(({ status: { configKey, name, failure } }) => {
    const where = failure?.phase === undefined ? '' : ` in ${markdownText(failure.phase)}`
    const what = `${markdownText(configKey, 120)} ${markdownText(name, 120)}`
    return `- **${failure?.class}**${where}: ${what}: ${markdownText(failure?.message ?? '', 600)}`
  })
  const hidden = failed.length - shown.length
  const tails = shown.filter(({ status }) => status.failure?.logTail?.length).slice(0, shownTails)
  return [
    '### Failed',
    [...list, ...(hidden > 0 ? [`- and ${hidden} more, in table.csv`] : [])].join('\n'),
    'The same again, on a clone of the repository:',
    markdownBlock(shown.map(({ status }) => status.reproduce)),
    ...tails.map(({ status: { name, failure } }) => {
      const tail = markdownBlock((failure?.logTail ?? []).slice(-tailLines))
      return `<details><summary>Server log of ${markdownText(name, 120)}</summary>\n\n${tail}\n\n</details>`
    }),
  ]
}
