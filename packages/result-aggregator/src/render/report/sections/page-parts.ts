import { loadSizeOf } from '../../../result/load-size.ts'
import { type Html, html } from '../../html.ts'
import { intervalLegend, renderMissing } from '../../interval-text.ts'
import { hitEstimator, jobEstimator, percentileEstimator, rateEstimator } from '../client/basis-text.ts'
import type { ReportData, ReportMark } from '../client/report-data.ts'
import { type SizeUnit, type SizeWords, sizeWords, slotWord } from '../client/size-words.ts'
import type { LabelledRun, RunGroup } from '../content/group-runs.ts'
import type { PriceTable } from '../content/price-table.ts'
import { agents } from './agents.ts'
import { chartBasis } from './chart-basis.ts'
import { chartFigure } from './chart-figure.ts'
import { cost } from './cost.ts'
import { dataTable } from './data-table.ts'
import { frontierTable } from './frontier-table.ts'
import { jobColumns, partColumns, partRows } from './job-columns.ts'
import { power } from './power.ts'
import { repeatsTable } from './repeats-table.ts'
import { cacheColumns, countColumns, healthColumns, latencyColumns, tradeoffColumns } from './run-columns.ts'
import { runSection } from './run-section.ts'
import { serverPanel } from './server-panel.ts'
import { settlingNote } from './settling-note.ts'
import { sourceColumns } from './source-columns.ts'
import { trend } from './trend.ts'

/** Of more runs than these the parts would be most of the page; each stands in what the page tells of the run. */
const MOST_IN_PARTS = 12

/** The sections with charts, each with its table. */
export function pageParts(
  runs: readonly LabelledRun[],
  groups: readonly RunGroup[],
  { marks, trends = [], prices }: Pick<ReportData, 'marks' | 'trends'> & { readonly prices: PriceTable },
): Html {
  return html`${tradeoff(runs, marks)}${intervalNote(runs)}${settlingNote(runs)}${repeatsTable(runs)}${latency(runs, groups, marks)}${trend(trends)}${agents(marks, chartBasis(runs, percentileEstimator))}${jobs(marks, runs)}${cost(marks, prices, chartBasis(runs, `${rateEstimator}; ${percentileEstimator}`))}${power(runs, marks, prices)}${cache(runs)}${serverPanel(runs, marks)}${client(runs)}${runSection(runs, [...new Set(runs.map((run) => slotWord(unitOf(run))))])}`
}

function tradeoff(runs: readonly LabelledRun[], marks: readonly ReportMark[]): Html {
  const withGpus = runs.filter(({ run }) => run.result.identity.gpus !== undefined).length
  const missing =
    withGpus === 0
      ? 'Not known: the number of GPUs was given with none of these runs, and it is never guessed. Give it with the run or now: reprise report RUN --gpus 8'
      : undefined
  const basis = chartBasis(runs, `${rateEstimator}; ${percentileEstimator}`)
  return section(
    'tradeoff',
    'Throughput against what a user feels',
    html`<div class="controls">
<label>Throughput <select id="tradeoff-y"><option value="output">output</option><option value="freshInput">fresh input</option><option value="input">input</option><option value="total">total</option></select></label>
<label>against <select id="tradeoff-x"><option value="interactivity">interactivity</option><option value="ttft">TTFT</option><option value="tpot">TPOT</option><option value="e2e">E2E latency</option><option value="e2e_interactivity">interactivity with the wait</option><option value="co_ttft">TTFT from due</option></select></label>
<label>at <select class="percentile" id="tradeoff-percentile"><option>p50</option><option selected>p90</option><option>p99</option></select></label>
</div><div class="pair">
${chartFigure({
  id: 'chart-total',
  title: 'The whole deployment',
  about: frontierAbout(runs),
  basis,
})}
${chartFigure({
  id: 'chart-per-gpu',
  title: 'Per GPU',
  basis,
  absent: missing ?? false,
  about: missing
    ? 'Throughput divided by the accelerators of the deployment.'
    : `Throughput divided by the accelerators of the deployment, for the ${withGpus} of ${runs.length} runs that say how many.`,
})}</div>
${dataTable('Throughput and interactivity of every run', tradeoffColumns, runs)}
${frontierTable(marks)}${dataTable('Requests of every run by outcome', countColumns, runs)}`,
  )
}

/** What whiskers and brackets mean, and why some figures have none. */
function intervalNote(runs: readonly LabelledRun[]): Html {
  const figures = runs.flatMap(({ run: { result } }) => [
    ...(['ttft', 'tpot', 'e2e'] as const).flatMap((name) =>
      (['p50', 'p90', 'p99'] as const).map(
        (each) => [`${name.toUpperCase()} ${each}`, result.metrics[name]?.intervals?.[each]] as const,
      ),
    ),
    ['throughput', result.throughput?.intervals?.output] as const,
    ['hit rate', result.cacheHit.intervals?.measured] as const,
  ])
  if (figures.every(([, estimate]) => estimate === undefined)) return html``
  const missing = renderMissing(figures).join('; ')
  return html`<p class="note" id="intervals">Whiskers, and brackets in the tables, are ${intervalLegend}.${missing === '' ? '' : ` Not estimable: ${missing}.`}</p>
`
}

const frontierAbout = (runs: readonly LabelledRun[]) =>
  `Each mark is a run, or the mean of those that differ in their seeds alone; its number is the ${wordsOf(runs).plural}. Dashes bound what the frontier beats: no other run is at least as good on both axes and better on one. It is a staircase because nothing was measured between two runs. A hollow mark is beaten by a run of its own group. Interactivity is the speed in tokens per second that a reply is read at; its p90 is the speed that nine requests in ten at least have. Interactivity with the wait is the same over the whole wait for a reply, the first token included. Enter or a click shows the run.`

function unitOf({ run }: LabelledRun): SizeUnit {
  const { unit } = loadSizeOf(run.result.load)
  return unit === 'lanes' ? undefined : unit
}

function wordsOf(runs: readonly LabelledRun[]): SizeWords {
  return sizeWords(runs.map(unitOf))
}

function latency(runs: readonly LabelledRun[], groups: readonly RunGroup[], marks: readonly ReportMark[]): Html {
  const choice =
    groups.length > 1 &&
    html`<div class="controls"><label>Percentile <select class="percentile" id="latency-percentile"><option>p50</option><option selected>p90</option><option>p99</option></select></label></div>`
  const basis = chartBasis(runs, percentileEstimator)
  return section(
    'latency',
    `Latency by ${wordsOf(runs).plural}`,
    html`${choice}<div class="triple">
${chartFigure({ id: 'chart-ttft', title: 'Time to first token', about: 'From sent to the first generated token: queue, prefill and network together.', basis })}
${chartFigure({ id: 'chart-tpot', title: 'Time per output token', about: 'The mean within each reply after its first chunk; stalls inside one reply are smoothed.', basis })}
${chartFigure({ id: 'chart-e2e', title: 'End to end', about: 'From sent to the last token. Depends on the length of the replies.', basis })}
${
  marks.some(({ figures }) => figures.failedShare) &&
  chartFigure({
    id: 'chart-failed',
    title: 'Requests that failed',
    about: 'Of those that were sent in the profiling phase. The table of outcomes above has their classes.',
  })
}
</div><p class="note">Over requests of the profiling phase that ended well. Percentiles are linear between neighbours at rank (n-1)p.</p>
${dataTable('Latency of every run', latencyColumns, runs)}
${dataTable('Whole replies, whole jobs and objectives of every run', jobColumns, runs)}
${runs.length <= MOST_IN_PARTS ? dataTable('Latency by turn, by depth of subagents and by prompt length', partColumns, partRows(runs)) : ''}`,
  )
}

function jobs(marks: readonly ReportMark[], runs: readonly LabelledRun[]): Html {
  if (marks.every(({ figures }) => figures.jobsPerHourPerUser === undefined)) return html``
  const perGpu = marks.some(({ gpus }) => gpus !== undefined)
  return section(
    'jobs-done',
    'Whole jobs',
    chartFigure({
      id: 'chart-jobs',
      basis: chartBasis(runs, jobEstimator),
      title: perGpu ? 'Jobs per GPU against jobs per user' : 'Jobs of the deployment against jobs per user',
      about: `A job is one replay of a session tree, thinking and tools included. How many ${perGpu ? 'a GPU' : 'the deployment'} does in an hour, over how many each user gets done.${perGpu ? '' : ' Per GPU with --gpus.'}`,
    }),
  )
}

function cache(runs: readonly LabelledRun[]): Html {
  const none = runs.every(
    ({ run }) => run.result.cacheHit.measured === undefined && run.result.cacheHit.ideal === undefined,
  )
  return section(
    'cache',
    'Cache hits, measured against ideal',
    html`${chartFigure({
      id: 'chart-cache',
      title: 'Share of prompt tokens found in a cache',
      basis: chartBasis(runs, hitEstimator),
      absent: none && 'Not known for any of these runs.',
      about:
        'Measured is what the server reports; ideal is what a cache without limit would have held, by the blocks of the plan. What lies between was lost to eviction, routing or block size. The cliff is where from then on more than a tenth of the ideal hits is lost.',
    })}
${dataTable('Cache hits of every run', [...cacheColumns, ...sourceColumns(runs)], runs)}`,
  )
}

function client(runs: readonly LabelledRun[]): Html {
  const { warn, fail } = runs[0]!.run.result.validity.limits.dispatchDelayP99Ms
  return section(
    'client',
    'Health of the measuring client',
    html`${chartFigure({
      id: 'chart-client',
      title: 'Lateness at p99',
      basis: chartBasis(runs, percentileEstimator),
      about: `Dispatch delay is from due to sent; event-loop delay is how late timers of the measuring process fired. Above ${warn} ms a run is indicative, above ${fail} ms invalid: the client would be measuring itself.`,
    })}
${dataTable('Client health of every run', healthColumns, runs)}`,
  )
}

function section(id: string, title: string, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}</section>
`
}
