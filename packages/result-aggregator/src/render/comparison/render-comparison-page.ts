import { printable } from '@reprise/safe-text'
import type { ComparedRun } from '../../comparison/compared-run.ts'
import type { TurnPairs } from '../../comparison/turn-pairs.ts'
import type { RunComparison, TurnCounts } from '../../result/run-comparison.ts'
import { type Html, html } from '../html.ts'
import { type PageAssets, renderPage } from '../page.ts'
import { chartFigure } from '../report/sections/chart-figure.ts'
import { type Column, dataTable } from '../report/sections/data-table.ts'
import type { CurvePageData } from '../traces/client/curve-data.ts'
import { chartsOf, type DrawnChart, type DrawnMetric, drawnMetrics } from './comparison-charts.ts'
import { methodText, turnWords } from './comparison-text.ts'
import { allFigureRows, type FigureRow, figureRows } from './figure-rows.ts'

export interface ComparisonPage {
  readonly comparison: RunComparison
  readonly a: readonly ComparedRun[]
  readonly b: readonly ComparedRun[]
  /** Of every pair of runs of one plan; empty where there are none. */
  readonly pairs: readonly TurnPairs[]
}

const sections = [
  ['verdict', 'Verdict'],
  ['figures', 'Figures'],
  ['quantiles', 'Quantiles'],
  ['runs', 'Runs'],
] as const

/** Two sides as one page that needs nothing else: what was set up otherwise, every figure with its interval, and the quantiles of both over one another. */
export function renderComparisonPage(page: ComparisonPage, assets: PageAssets): string {
  const { comparison } = page
  const charts = drawnCharts(page)
  const data: CurvePageData = {
    schema: 'traces-page/1',
    charts: charts.flatMap(({ own }) => own).map(({ about: _, ...chart }) => chart),
  }
  return renderPage(
    {
      kind: 'comparison',
      title: printable(`${nameOf(page.a)} and ${nameOf(page.b)}`, 300),
      lead: printable(comparison.sentence, 2000),
      sections,
      main: html`${section('verdict', verdictPart(comparison))}
${section('figures', figuresPart(comparison))}
${section('quantiles', quantilesPart(charts))}
${section('runs', runsPart(comparison))}`,
      data,
    },
    assets,
  )
}

function nameOf(runs: readonly ComparedRun[]): string {
  return runs.length === 1 ? runs[0]!.name : `${runs[0]!.name} and ${runs.length - 1} more`
}

function section(id: (typeof sections)[number][0], body: Html): Html {
  const [, name] = sections.find(([each]) => each === id)!
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>`
}

type Difference = readonly [name: string, sides: { readonly a?: string | undefined; readonly b?: string | undefined }]

const differenceColumns: readonly Column<Difference>[] = [
  { head: 'Differs', text: true, cell: ([name]) => printable(name, 100) },
  { head: 'A', text: true, cell: ([, { a }]) => printable(a ?? 'none', 300) },
  { head: 'B', text: true, cell: ([, { b }]) => printable(b ?? 'none', 300) },
]

function verdictPart(comparison: RunComparison): Html {
  const { configuration, work, cautions, gates = [], turns } = comparison
  type Gate = (typeof gates)[number]
  const gateColumns: readonly Column<Gate>[] = [
    { head: 'Gate', text: true, cell: ({ gate }) => printable(gate, 100) },
    { head: 'Outcome', text: true, cell: ({ outcome }) => outcome },
    { head: 'Since', text: true, cell: ({ reason }) => printable(reason, 600) },
  ]
  const setups = Object.entries(configuration)
  return html`<p>${printable(methodText(comparison), 600)}.</p>
${cautions.map((caution) => html`<p class="note">${printable(caution, 600)}</p>`)}
${gates.length > 0 ? dataTable('Gates', gateColumns, gates, { open: true }) : ''}
${setups.length > 0 ? dataTable('What was set up otherwise', differenceColumns, setups, { open: true }) : html`<p class="note">Nothing was set up otherwise.</p>`}
${Object.keys(work).length > 0 ? dataTable('Other work, which was accepted', differenceColumns, Object.entries(work), { open: true }) : ''}
${turns ? turnsTable(turns) : ''}`
}

function turnsTable(turns: TurnCounts): Html {
  const columns: readonly Column<keyof TurnCounts>[] = [
    { head: 'Turns', text: true, cell: (name) => turnWords[name] },
    { head: 'Count', cell: (name) => turns[name].toLocaleString('en-US') },
  ]
  return dataTable('What became of the turns', columns, Object.keys(turnWords) as (keyof TurnCounts)[], { open: true })
}

const figureColumns: readonly Column<FigureRow>[] = [
  { head: 'Figure', text: true, cell: ({ title }) => title },
  { head: 'A', cell: ({ a }) => a },
  { head: 'B', cell: ({ b }) => b },
  { head: 'Change', cell: ({ change }) => change },
  { head: '95 % interval', cell: ({ interval }) => interval },
  { head: 'Verdict', text: true, cell: ({ verdict }) => verdict },
]

function figuresPart(comparison: RunComparison): Html {
  return html`${dataTable('Main figures', figureColumns, figureRows(comparison), { open: true })}
${dataTable('Every figure, by the names that --fail-if takes', figureColumns, allFigureRows(comparison))}
<p class="note">Each interval alone holds what many runs would show in 95 of 100 cases. The sentence above asks for more: that its figures do so together.</p>`
}

interface MetricCharts {
  readonly name: DrawnMetric
  readonly own: readonly DrawnChart[]
}

function drawnCharts({ comparison, a, b, pairs }: ComparisonPage): MetricCharts[] {
  const names = Object.keys(drawnMetrics) as DrawnMetric[]
  return names.map((name) => ({
    name,
    own: chartsOf({
      name,
      pairs: pairs.map((each) => each.latencies(name)),
      metrics: [a.map(({ result }) => result.metrics[name]), b.map(({ result }) => result.metrics[name])],
      figures: comparison.figures,
    }),
  }))
}

const chartTitles = ['on both sides', 'ratio at each percentile', 'ratio of the same turns'] as const

function quantilesPart(charts: readonly MetricCharts[]): Html {
  const drawn = charts.filter(({ own }) => own.length > 0)
  if (drawn.length === 0) return html`<p class="absent">Too little was measured to draw.</p>`
  return html`${drawn.map(
    ({ name, own }) =>
      html`<div class="triple">${own.map(({ id, about }) => chartFigure({ id, title: `${drawnMetrics[name]}: ${titleOf(id)}`, about }))}</div>`,
  )}`
}

function titleOf(id: string): string {
  return chartTitles[id.endsWith('-percentiles') ? 1 : id.endsWith('-turns') ? 2 : 0]
}

function runsPart({ a, b }: RunComparison): Html {
  const rows = [...a.runs.map((run) => ({ side: 'A', run })), ...b.runs.map((run) => ({ side: 'B', run }))]
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { head: 'Side', text: true, cell: ({ side }) => side },
    { head: 'Run', text: true, cell: ({ run }) => printable(run.name, 300) },
    { head: 'Seed', cell: ({ run }) => run.seed },
    { head: 'Verdict', text: true, cell: ({ run }) => run.verdict },
    { head: 'Plan', text: true, cell: ({ run }) => printable(run.planDigest, 12) },
    { head: 'Command', text: true, cell: ({ run }) => html`<code>${printable(run.command, 1000)}</code>` },
  ]
  return dataTable('What was run on both sides', columns, rows, { open: true })
}
