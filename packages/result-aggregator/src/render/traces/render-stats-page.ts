import { type CorpusSamples, type CorpusSurvey, quantities } from '@reprise/trace'
import { type Html, html } from '../html.ts'
import { type PageAssets, renderPage } from '../page.ts'
import { chartFigure } from '../report/sections/chart-figure.ts'
import { type Column, dataTable } from '../report/sections/data-table.ts'
import type { CurveChart, CurvePageData } from './client/curve-data.ts'
import { distributionCharts, distributionFigures, type QuantityName, quantityNames } from './distribution-figures.ts'
import { valueText } from './value-text.ts'

export interface StatsPage {
  /** What the traces are called. */
  readonly name: string
  readonly survey: CorpusSurvey
  readonly samples: CorpusSamples
}

/** What a corpus holds, as one page that needs nothing else. */
export function renderStatsPage({ name, survey, samples }: StatsPage, assets: PageAssets): string {
  const corpora = [{ name: 'traces', samples }]
  const charts = [...distributionCharts(corpora), capChart(survey), ...workingSetCharts(survey)]
  const data: CurvePageData = { schema: 'traces-page/1', charts }
  return renderPage(
    {
      kind: 'traces',
      title: name,
      lead: leadOf(survey),
      sections,
      main: html`${section('distributions', html`${distributionFigures(corpora, () => '')}${dataTable('Figures of every distribution', summaryColumns, rowsOf(survey), { open: true })}`)}
${section('cache', cachePart(survey))}
${section('context', contextPart(survey))}
${section('prompts', relationsPart(survey))}`,
      data,
    },
    assets,
  )
}

const sections = [
  ['distributions', 'Distributions'],
  ['cache', 'Cache'],
  ['context', 'Context limits'],
  ['prompts', 'Prompts'],
] as const

function section(id: (typeof sections)[number][0], body: Html): Html {
  const [, name] = sections.find(([each]) => each === id)!
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>`
}

function leadOf({ traces, requests, subagents, subagentRequests, inputTokens, outputTokens }: CorpusSurvey): string {
  const count = (value: number) => value.toLocaleString('en-US')
  const children = subagents === 0 ? '' : ` and ${count(subagents)} subagents with ${count(subagentRequests)}`
  return `${count(traces)} traces with ${count(requests)} requests${children}; ${count(inputTokens)} tokens in, ${count(outputTokens)} out.`
}

type Row = { readonly name: QuantityName; readonly summary: NonNullable<CorpusSurvey['distributions'][QuantityName]> }

function rowsOf({ distributions }: CorpusSurvey): Row[] {
  return quantityNames.flatMap((name) => {
    const summary = distributions[name]
    return summary ? [{ name, summary }] : []
  })
}

const figures = ['mean', 'min', 'p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'max'] as const

const summaryColumns: readonly Column<Row>[] = [
  { head: 'Quantity', text: true, cell: ({ name }) => quantities[name].title },
  { head: 'n', cell: ({ summary }) => summary.n.toLocaleString('en-US') },
  ...figures.map(
    (figure): Column<Row> => ({
      head: figure,
      cell: ({ name, summary }) => valueText(summary[figure], quantities[name].unit),
    }),
  ),
]

function cachePart({ ceilings: { roots, all }, workingSets }: CorpusSurvey): Html {
  const rows = [
    ...(roots ? [{ who: 'root sessions, pooled', ...roots }] : []),
    ...(all ? [{ who: 'with subagents, pooled', ...all }] : []),
  ]
  const percent = (share: number) => `${(100 * share).toFixed(3)} %`
  const ceilings: readonly Column<(typeof rows)[number]>[] = [
    { head: 'What a cache that never forgets would hold', text: true, cell: ({ who }) => who },
    { head: 'of blocks', cell: ({ hitRate }) => percent(hitRate) },
    { head: 'of tokens, by prefix', cell: ({ prefixRate }) => percent(prefixRate) },
    { head: 'blocks', cell: ({ blocks }) => blocks.toLocaleString('en-US') },
    { head: 'hits', cell: ({ hitBlocks }) => hitBlocks.toLocaleString('en-US') },
  ]
  if (rows.length === 0) return html`<p class="absent">The traces have no block ids: what they share is not known.</p>`
  if (!workingSets) return dataTable('Cache ceilings', ceilings, rows, { open: true })
  type Window = (typeof workingSets)['windows'][number]
  const windows: readonly Column<Window>[] = [
    { head: 'Used within', text: true, cell: ({ windowMs }) => valueText(windowMs, 'ms') },
    { head: 'p50, tokens', cell: ({ p50Tokens }) => valueText(p50Tokens, 'tokens') },
    { head: 'p90, tokens', cell: ({ p90Tokens }) => valueText(p90Tokens, 'tokens') },
    { head: 'most, tokens', cell: ({ maxTokens }) => valueText(maxTokens, 'tokens') },
    { head: 'blocks hit', cell: ({ hitRate }) => valueText(hitRate, 'share') },
  ]
  const whose =
    workingSets.clock === 'recording'
      ? 'All traces together, by the times of the recording.'
      : 'Each trace by itself, since traces were recorded one by one: the mean over those that are on so long after their start.'
  return html`${dataTable('Cache ceilings', ceilings, rows, { open: true })}
${chartFigure({ id: 'chart-working-set', title: 'Working set over time', about: `Tokens used within a time before. ${whose}` })}
${dataTable('Working sets', windows, workingSets.windows, { open: true })}`
}

function workingSetCharts({ workingSets }: CorpusSurvey): CurveChart[] {
  if (!workingSets) return []
  const curves = workingSets.windows.map(({ windowMs, overTime }) => ({
    name: `used within ${valueText(windowMs, 'ms')}`,
    points: overTime.map(({ atMs, tokens }) => [atMs, tokens] as const),
  }))
  return [{ id: 'chart-working-set', xTitle: 'time', yTitle: 'tokens', xUnit: 'ms', yUnit: 'tokens', curves }]
}

const capParts = [
  ['turns', 'turns before the first too long'],
  ['whole', 'traces of which all fits'],
  ['begun', 'traces of which the first turn fits'],
] as const

function capShares({ contextCaps, traces, requests }: CorpusSurvey) {
  return contextCaps.map(({ tokens, wholeTraces, startedTraces, playableRequests }) => ({
    ...{ tokens, turns: playableRequests / requests, whole: wholeTraces / traces, begun: startedTraces / traces },
  }))
}

function capChart(survey: CorpusSurvey): CurveChart {
  const shares = capShares(survey)
  const curves = capParts.map(([part, name]) => ({
    name,
    points: shares.map((each) => [each.tokens, each[part]] as const),
  }))
  return {
    id: 'chart-caps',
    xTitle: 'tokens of context',
    yTitle: 'share left',
    xUnit: 'tokens',
    yUnit: 'share',
    curves,
  }
}

function contextPart(survey: CorpusSurvey): Html {
  const shares = capShares(survey)
  const columns: readonly Column<(typeof shares)[number]>[] = [
    { head: 'Context, tokens', cell: ({ tokens }) => tokens.toLocaleString('en-US') },
    ...capParts.map(([part, name]) => ({
      head: name,
      cell: (each: (typeof shares)[number]) => valueText(each[part], 'share'),
    })),
  ]
  return html`${chartFigure({
    id: 'chart-caps',
    title: 'What a context limit leaves',
    about:
      'Of root sessions. A turn fits where its input and output do together; a replay leaves out what follows one that does not.',
  })}${dataTable('What context limits leave', columns, shares, { open: true })}`
}

function relationsPart({ relations, pairs }: CorpusSurvey): Html {
  const rows = Object.entries(relations).map(([name, count]) => ({ name, count }))
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { head: 'Kept of the prompt before', text: true, cell: ({ name }) => name },
    { head: 'turns', cell: ({ count }) => count.toLocaleString('en-US') },
    {
      head: 'share',
      cell: ({ count }) => (pairs.consecutive > 0 ? valueText(count / pairs.consecutive, 'share') : '-'),
    },
  ]
  return html`<p class="note">growth: all of its blocks. last-block: all but the last. mostly-kept: nine tenths or more; half-kept: half or more; little-kept: less, as after a compaction; disjoint: nothing.</p>${dataTable('Turns by what they keep', columns, rows, { open: true })}`
}
