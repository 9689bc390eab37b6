import type { SampledSource, ServerLatencyFigures } from '../../../result/server-side.ts'
import { type Html, html } from '../../html.ts'
import { formatNumber, formatShare } from '../client/format-number.ts'
import type { ReportMark } from '../client/report-data.ts'
import { serverCharts } from '../client/server-chart-list.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { chartBasis } from './chart-basis.ts'
import { chartFigure } from './chart-figure.ts'
import { type Column, dataTable } from './data-table.ts'
import { runColumn } from './run-columns.ts'

/** What the servers say of themselves, beside what the client saw; nothing where no run has sampled any. */
export function serverPanel(runs: readonly LabelledRun[], marks: readonly ReportMark[]): Html {
  const sampled = runs.filter(({ run }) => run.result.server !== undefined)
  if (sampled.length === 0) return html``
  const sources = sampled.flatMap(({ run, label }) => run.result.server!.sources.map((source) => ({ label, source })))
  return html`<section id="server" aria-labelledby="server-title"><h2 id="server-title">What the server says</h2>
<p class="note">From its own metrics, sampled beside the run, over the profiling window. Counters are summed over engines and addresses. The means of both sides differ by what stands between them: network, HTTP, what is in front of the engine, and the client itself.</p>
<div class="triple">
${Object.entries(serverCharts).map(([id, chart]) => (chart.elsewhere ? '' : drawnOrNot(id, chart, marks, chartBasis(sampled, chart.estimator))))}</div>
${dataTable('Cache, memory and queue of every run', figureColumns, sampled)}
${dataTable('Latencies as the server measured them', latencyColumns, sampled)}
${dataTable('Metrics pages that were sampled', sourceColumns, sources)}</section>
`
}

/** A chart of what no server tells is left out. */
function drawnOrNot(
  id: string,
  { title, about, figures }: (typeof serverCharts)[string],
  marks: readonly ReportMark[],
  basis: string,
): Html | false {
  const known = marks.some((mark) => figures.some(([name]) => mark.figures[name] !== undefined))
  return known && chartFigure({ id, title, about, basis })
}

type RunColumn = Column<LabelledRun>
type Server = NonNullable<LabelledRun['run']['result']['server']>

function figure(head: string, cell: (server: Server) => string, about?: string): RunColumn {
  return { head, ...(about !== undefined && { about }), cell: ({ run }) => cell(run.result.server!) }
}

const figureColumns: readonly RunColumn[] = [
  runColumn,
  figure('Hit rate', ({ prompt }) => formatShare(prompt?.hitRate), 'Prompt tokens found in any cache, by the server'),
  figure('Computed', ({ prompt }) => formatNumber(prompt?.computedTokens), 'Prompt tokens'),
  figure('From its cache', ({ prompt }) => formatNumber(prompt?.localHitTokens), 'Prompt tokens'),
  figure(
    'From elsewhere',
    ({ prompt }) => formatNumber(prompt?.externalHitTokens),
    "Prompt tokens from a host's memory, a disk or another engine",
  ),
  figure('KV use, mean', ({ kvUse }) => formatShare(kvUse?.mean)),
  figure('KV use, p90', ({ kvUse }) => formatShare(kvUse?.p90)),
  figure('KV use, max', ({ kvUse }) => formatShare(kvUse?.max), 'Of the fullest engine'),
  figure('KV cache, tokens', ({ kvPoolTokens }) => formatNumber(kvPoolTokens), 'Of all engines together'),
  figure('Preemptions', ({ preemptions }) => formatNumber(preemptions)),
  figure('Running, mean', ({ running }) => formatNumber(running?.mean)),
  figure('Waiting, mean', ({ waiting }) => formatNumber(waiting?.mean)),
  figure('Waiting, max', ({ waiting }) => formatNumber(waiting?.max)),
  figure(
    'Covered',
    ({ coveredShare }) => formatShare(coveredShare),
    'Share of the window in which every engine was known',
  ),
]

const ms =
  (of: keyof ServerLatencyFigures) =>
  (name: 'ttft' | 'e2e' | 'queue' | 'prefill' | 'decode') =>
  ({ latency }: Server) =>
    formatNumber(latency?.[name]?.[of])
const mean = ms('meanMs')

const latencyColumns: readonly RunColumn[] = [
  runColumn,
  figure('TTFT here, ms', ({ besideClient }) => formatNumber(besideClient?.ttft?.clientMs), 'Mean of the client'),
  figure('TTFT there, ms', mean('ttft'), 'Mean of the server'),
  figure(
    'Outside, ms',
    ({ besideClient }) => formatNumber(besideClient?.ttft?.outsideMs),
    'The difference, where both counted the same requests',
  ),
  figure('TTFT there p90, ms', ms('p90Ms')('ttft'), 'Inside a bucket of its histogram'),
  figure('Queue, ms', mean('queue'), 'Mean wait to be scheduled'),
  figure('Prefill, ms', mean('prefill')),
  figure('Decode, ms', mean('decode')),
  figure('E2E here, ms', ({ besideClient }) => formatNumber(besideClient?.e2e?.clientMs), 'Mean of the client'),
  figure('E2E there, ms', mean('e2e'), 'Mean of the server'),
]

interface SourceRow {
  readonly label: string
  readonly source: SampledSource
}

const sourceColumns: readonly Column<SourceRow>[] = [
  { head: 'Page', text: true, cell: ({ source }) => source.movedTo ?? source.url },
  { head: 'Run', text: true, cell: ({ label }) => label },
  { head: 'Engine', text: true, cell: ({ source }) => source.engine ?? 'not known' },
  { head: 'Samples', cell: ({ source }) => formatNumber(source.samples) },
  { head: 'Series', cell: ({ source }) => formatNumber(source.series) },
  {
    head: 'Late, ms p99',
    about: 'How late regular samples were asked for',
    cell: ({ source }) => formatNumber(source.lateMs?.p99),
  },
  { head: 'Took, ms p99', cell: ({ source }) => formatNumber(source.tookMs?.p99) },
  {
    head: 'Resets',
    about: 'Samples at which a counter had fallen',
    cell: ({ source }) => formatNumber(source.resets ?? 0),
  },
  {
    head: 'Problems',
    text: true,
    cell: ({ source }) =>
      Object.entries(source.problems ?? {})
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || 'none',
  },
]
