import { logText } from '@reprise/safe-text'
import Table from 'cli-table3'
import { type Estimate, isInterval } from '../result/estimate.ts'
import { type LoadSize, loadSizeOf } from '../result/load-size.ts'
import type { Result } from '../result/result.ts'
import { renderEdges, renderSubagentTimes } from './corpus-facts-text.ts'
import { renderGoodput } from './goodput-text.ts'
import { intervalLegend, renderInterval, renderMissing } from './interval-text.ts'
import { renderPrecision } from './precision-text.ts'
import { renderPower, renderServer } from './server-text.ts'
import { renderSettling } from './settling-text.ts'
import { sourceShare } from './source-share.ts'
import { renderSubmission } from './submission-text.ts'

/**
 * A table with a row per result and, below it, why those that are not valid are not; at most 100 columns wide, plain ASCII.
 * Latencies in milliseconds. What was not measured is `-`.
 */
export function renderSummary(results: readonly Result[]): string {
  const columns = [sizeColumn(results), ...figures(results)]
  const table = new Table({
    head: columns.map(({ head }) => head),
    chars: ascii,
    style: plain,
    colAligns: columns.map(align),
  })
  const hasIntervals = results.some((result) => columns.some(({ estimate }) => isInterval(estimate?.(result))))
  for (const result of results) {
    table.push(columns.map(({ cell }) => cell(result)))
    if (hasIntervals) table.push(columns.map((column) => intervalCell(column, result)))
  }
  const rows = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
  const notes = [...renderIntervals(results, columns, hasIntervals), ...renderReasons(results), ...renderNotes(results)]
  return [...rows, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

interface Column {
  readonly head: string
  readonly cell: (result: Result) => string
  readonly estimate?: (result: Result) => Estimate | undefined
  /** How the ends of an interval are written. */
  readonly figure?: (value: number) => string
}

function intervalCell({ estimate, figure = renderNumber }: Column, result: Result): string {
  const own = estimate?.(result)
  return own === undefined ? '' : renderInterval(own, figure)
}

/** What the second line of a run means, and why some of it is missing. */
function renderIntervals(results: readonly Result[], columns: readonly Column[], hasIntervals: boolean): string[] {
  const figures = columns.flatMap(({ head, estimate }) =>
    estimate ? results.map((result) => [head.replace('\n', ' '), estimate(result)] as const) : [],
  )
  const missing = renderMissing(figures).join('; ')
  if (hasIntervals) return wrap(`second lines: ${intervalLegend}${missing === '' ? '' : `. Not estimable: ${missing}`}`)
  return missing === '' ? [] : wrap(`no intervals: ${missing}`)
}

/** What the runs differ in: their lanes, or how large their loads are by whatever they are told in. */
function sizeColumn(results: readonly Result[]): Column {
  const [unit, ...others] = new Set(results.map(({ load }) => loadSizeOf(load).unit))
  if (unit !== undefined && others.length > 0) return { head: 'Load', cell: ({ load }) => loadSizeOf(load).label }
  return { head: headOf[unit ?? 'lanes'], cell: ({ load }) => String(loadSizeOf(load).value) }
}

const headOf: Record<LoadSize['unit'], string> = {
  lanes: 'Lanes',
  'sessions/s': 'Sessions\nper s',
  'speed-up': 'Speed-\nup',
}

function figures(results: readonly Result[]): Column[] {
  // A load that waits for nobody shows a slow server by what came late, however it was sent.
  const fromDue = results.every(({ load }) => load.kind === 'rate')
  const ttft = fromDue ? 'co_ttft' : 'ttft'
  const [p50, p90] = fromDue ? ['TTFT due\np50 ms', 'TTFT due\np90 ms'] : ['TTFT\np50 ms', 'TTFT\np90 ms']
  const drifts = results.some(({ metrics }) => metrics.schedule_drift)
  return [
    { head: 'Reqs', cell: ({ counts }) => String(counts.requests) },
    { head: 'Failed', cell: ({ counts }) => String(counts.failed) },
    {
      head: p50!,
      cell: ({ metrics }) => renderNumber(metrics[ttft]?.p50),
      estimate: ({ metrics }) => metrics[ttft]?.intervals?.p50,
    },
    {
      head: p90!,
      cell: ({ metrics }) => renderNumber(metrics[ttft]?.p90),
      estimate: ({ metrics }) => metrics[ttft]?.intervals?.p90,
    },
    ...(drifts
      ? [{ head: 'Drift\np90 ms', cell: ({ metrics }: Result) => renderNumber(metrics.schedule_drift?.p90) }]
      : []),
    {
      head: 'TPOT\np50 ms',
      cell: ({ metrics }) => renderNumber(metrics.tpot?.p50),
      estimate: ({ metrics }) => metrics.tpot?.intervals?.p50,
    },
    {
      head: 'Output\ntok/s',
      cell: ({ throughput }) => renderNumber(throughput?.output),
      estimate: ({ throughput }) => throughput?.intervals?.output,
    },
    {
      head: 'Hit\nrate',
      cell: ({ cacheHit }) => renderRate(cacheHit.measured),
      estimate: ({ cacheHit }) => cacheHit.intervals?.measured,
      figure: renderRate,
    },
    ...tierColumns(results),
    { head: 'Hit\nideal', cell: ({ cacheHit }) => renderRate(cacheHit.ideal) },
    { head: 'Late\np99 ms', cell: ({ metrics }) => renderNumber(metrics.dispatch_delay?.p99) },
    { head: 'Validity', cell: ({ validity }) => validity.verdict },
  ]
}

/** Where some run has tiers behind the device's cache. */
function tierColumns(results: readonly Result[]): Column[] {
  const tiers = (['host', 'disk'] as const).filter((tier) =>
    results.some(({ cacheHit: { sources } }) => (sources?.[`${tier}Tokens`] ?? 0) > 0),
  )
  return tiers.map((tier) => ({
    head: `Hit\n${tier}`,
    cell: ({ cacheHit }) => renderRate(sourceShare(cacheHit.sources, tier)),
  }))
}

function align({ head }: Column): 'left' | 'right' {
  return head === 'Validity' ? 'left' : 'right'
}

/** A line under the head, two blanks between columns, and nothing else. */
const ascii = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '-',
  'mid-mid': '--',
  right: '',
  'right-mid': '',
  middle: '  ',
}

const plain = { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true }

/** Three figures where there are fewer, whole numbers above. */
function renderNumber(value: number | undefined): string {
  if (value === undefined) return '-'
  const size = Math.abs(value)
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
}

function renderRate(share: number | undefined): string {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)}%`
}

/** One reason per code: the first result's, with the lanes it holds for where that is not every result in the same words. */
function renderReasons(results: readonly Result[]): string[] {
  const byCode = Map.groupBy(
    results.flatMap(({ validity, load }) => validity.reasons.map((text) => ({ text, size: loadSizeOf(load) }))),
    ({ text }) => text.split(':', 1)[0]!,
  )
  return [...byCode.values()].flatMap((reasons) => {
    const { text } = reasons[0]!
    const [same, alike] = [
      reasons.filter((reason) => reason.text === text),
      reasons.filter((reason) => reason.text !== text),
    ]
    const where =
      same.length === results.length
        ? ''
        : `[${same[0]!.size.unit} ${sizesOf(same)}${alike.length > 0 ? `; likewise ${sizesOf(alike)}` : ''}] `
    return wrap(`${where}${logText(text, 1000)}`)
  })
}

/** How many requests kept the objectives; what no result alone shows to be a choice: how the times of recorded subagents were read and what requests wait for; whether a run is an official one, and was the workload that was captured. */
function renderNotes(results: readonly Result[]): string[] {
  const readings = results.flatMap(({ provenance: { corpusOrigin, corpusFacts } }) =>
    corpusOrigin === 'recorded' && corpusFacts && corpusFacts.subagentTimes.basis !== 'none'
      ? [`subagent times: read as ${renderSubagentTimes(corpusFacts)}`]
      : [],
  )
  const edges = results.flatMap(({ provenance: { corpusFacts } }) =>
    corpusFacts?.edges?.decidedBy === 'option' ? [`waits of requests: ${renderEdges(corpusFacts.edges)}`] : [],
  )
  const precisions = results.flatMap(({ completeness: { precision } }) =>
    precision ? [renderPrecision(precision)] : [],
  )
  const submissions = results.flatMap(({ submission }) => (submission ? [renderSubmission(submission)] : []))
  const goodputs = results.flatMap(({ goodput, load }) => {
    const { unit, value } = loadSizeOf(load)
    return goodput ? [`[${unit} ${value}] ${renderGoodput(goodput)}`] : []
  })
  const fidelity = results.flatMap(({ fidelity }) =>
    fidelity ? [`fidelity: ${logText(fidelity.sentence, 1000)}`] : [],
  )
  const servers = results.flatMap(({ server, power, load }) => {
    const { unit, value } = loadSizeOf(load)
    const told = [...(server ? renderServer(server) : []), ...(power ? [renderPower(power)] : [])]
    return told.map((text) => `[${unit} ${value}] ${text}`)
  })
  const settlings = results.flatMap((result) => renderSettling(result) ?? [])
  return [
    ...new Set([
      ...settlings,
      ...servers,
      ...goodputs,
      ...readings,
      ...edges,
      ...precisions,
      ...submissions,
      ...fidelity,
    ]),
  ].flatMap(wrap)
}

function sizesOf(reasons: readonly { readonly size: LoadSize }[]): string {
  return reasons.map(({ size }) => size.value).join(', ')
}

/** Lines of at most 100 columns: the first with a dash, the others indented under it. */
function wrap(text: string): string[] {
  const lines: string[] = []
  let line = '-'
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > 100 && line.length > 1) {
      lines.push(line)
      line = ' '
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
