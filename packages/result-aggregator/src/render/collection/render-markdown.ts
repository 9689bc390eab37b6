import { markdownBlock, markdownText } from '@reprise/safe-text'
import type { Collection } from '../../result/collection.ts'
import { perGpu, renderFigure, renderShare, renderTotals, type SweepPoint, sweepPoints } from '../sweep-point.ts'
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
  return `${table}\n${hidden > 0 ? `\n${hidden} more lines are in table.csv.\n` : ''}`
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

const columns: readonly (readonly [head: string, align: 'left' | 'right', cell: (point: SweepPoint) => string])[] = [
  ['Config', 'left', ({ configKey }) => markdownText(configKey, 120)],
  ['Point', 'left', ({ name }) => markdownText(name, 120)],
  ['Lanes', 'right', ({ lanes }) => lanes.join(', ')],
  ['TTFT p50 ms', 'right', ({ result }) => renderFigure(result?.metrics.ttft?.p50)],
  ['TTFT p90 ms', 'right', ({ result }) => renderFigure(result?.metrics.ttft?.p90)],
  ['TPOT p50 ms', 'right', ({ result }) => renderFigure(result?.metrics.tpot?.p50)],
  ['Tokens/s/user p50', 'right', ({ result }) => renderFigure(result?.metrics.interactivity?.p50)],
  ['Output tokens/s/GPU', 'right', (point) => renderFigure(perGpu(point, 'output'))],
  ['Cache hits', 'right', ({ result }) => renderShare(result?.cacheHit.measured)],
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
