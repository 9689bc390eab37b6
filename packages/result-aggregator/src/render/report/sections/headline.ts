import { type Html, html } from '../../html.ts'
import { formatNumber, formatShare } from '../client/format-number.ts'
import type { FigureName, ReportMark } from '../client/report-data.ts'
import { sizeWords } from '../client/size-words.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { type Column, dataTable } from './data-table.ts'
import { verdictStrip } from './verdict-strip.ts'

/** Of more marks than these the table would push the first chart off the screen. */
const MOST_OPEN = 4

/** What the page says in short: the best figures, how far they can be trusted, and the figures of every point. */
export function headline(
  runs: readonly LabelledRun[],
  { groups, marks }: { readonly groups: readonly string[]; readonly marks: readonly ReportMark[] },
): Html {
  const trusted = marks.filter(({ verdict }) => verdict !== 'invalid')
  const shown = trusted.length > 0 ? trusted : marks
  const words = sizeWords(marks.map(({ unit }) => unit))
  return html`<section id="headline" aria-labelledby="headline-title"><h2 id="headline-title">In short</h2>
<dl class="cards">${[best(shown, groups), range(shown, 'ttft.p90', 'TTFT p90', groups), range(shown, 'tpot.p90', 'TPOT p90', groups), lostHits(shown, groups)]}</dl>
${verdictStrip(runs)}
${dataTable(`TTFT and TPOT p90, throughput and hits by ${words.plural}`, columnsOf(groups), marks, { open: marks.length <= MOST_OPEN })}</section>
`
}

function card(title: string, about: string, figure: Html | string, where: string): Html {
  return html`<div><dt><span title="${about}">${title}</span></dt><dd><b>${figure}</b> <span class="where">${where}</span></dd></div>`
}

function best(marks: readonly ReportMark[], groups: readonly string[]): Html {
  const mark = extreme(marks, ({ figures }) => figures.output, 1)
  const about =
    'The most generated tokens per second of any point; of points that are not invalid, where there are such'
  if (!mark) return card('Best throughput', about, '-', 'no window was measured')
  const { figures, gpus } = mark
  const perGpu = gpus === undefined ? 'per GPU: give --gpus' : `${formatNumber(figures.output! / gpus)} per GPU`
  return card(
    'Best throughput',
    about,
    `${formatNumber(figures.output)} output tok/s`,
    `${placeOf(mark, groups)}; ${perGpu}`,
  )
}

/** The lowest and the highest of a latency, each with its point. */
function range(marks: readonly ReportMark[], figure: FigureName, title: string, groups: readonly string[]): Html {
  const about = title.startsWith('TTFT')
    ? 'Time to first token: nine requests in ten have it sooner'
    : 'Time per output token: nine replies in ten come at least so fast'
  const of = ({ figures }: ReportMark) => figures[figure]
  const [low, high] = [extreme(marks, of, -1), extreme(marks, of, 1)]
  if (!low || !high) return card(title, about, '-', 'not known')
  const text = low === high ? inTime(of(low)!) : `${inTime(of(low)!)} to ${inTime(of(high)!)}`
  const where = low === high ? placeOf(low, groups) : `${placeOf(low, groups)} and ${placeOf(high, groups).slice(3)}`
  return card(title, about, text, where)
}

function lostHits(marks: readonly ReportMark[], groups: readonly string[]): Html {
  const about = 'What a cache without limit would have hit, minus what was hit: eviction, routing or block size'
  const most = extreme(marks, lostOf, 1)
  if (!most) return card('Hits lost to eviction', about, '-', 'the server tells no cached tokens')
  const figure = `${(lostOf(most)! * 100).toFixed(1)} points`
  return card('Hits lost to eviction', about, figure, `${marks.length > 1 ? 'at most, ' : ''}${placeOf(most, groups)}`)
}

function lostOf({ figures: { hitIdeal, hitMeasured } }: ReportMark): number | undefined {
  return hitIdeal === undefined || hitMeasured === undefined ? undefined : Math.max(0, hitIdeal - hitMeasured)
}

function extreme(
  marks: readonly ReportMark[],
  of: (mark: ReportMark) => number | undefined,
  sign: 1 | -1,
): ReportMark | undefined {
  const known = marks.filter((mark) => of(mark) !== undefined)
  return known.toSorted((one, other) => sign * (of(other)! - of(one)!))[0]
}

function placeOf({ lanes, unit, group }: ReportMark, groups: readonly string[]): string {
  const size = unit === undefined ? `${lanes} ${lanes === 1 ? 'lane' : 'lanes'}` : `${lanes} ${unit}`
  return groups.length > 1 ? `at ${size} of ${groups[group]}` : `at ${size}`
}

/** `840 ms`, `12.3 s`. */
function inTime(ms: number): string {
  return ms < 1_000 ? `${formatNumber(ms)} ms` : `${formatNumber(ms / 1_000)} s`
}

function columnsOf(groups: readonly string[]): Column<ReportMark>[] {
  const figure = (head: string, name: FigureName): Column<ReportMark> => ({
    head,
    cell: ({ figures, ends }) => {
      const interval = ends[name]
      const value = formatNumber(figures[name])
      return interval ? `${value} [${formatNumber(interval[0])}-${formatNumber(interval[1])}]` : value
    },
  })
  return [
    { head: 'Point', text: true, cell: ({ label, runs }) => html`<a href="#run" data-run="${runs[0]!}">${label}</a>` },
    ...(groups.length > 1
      ? [{ head: 'Curve', text: true as const, cell: ({ group }: ReportMark) => groups[group]! }]
      : []),
    figure('TTFT p90, ms', 'ttft.p90'),
    figure('TPOT p90, ms', 'tpot.p90'),
    figure('Output tok/s', 'output'),
    {
      head: 'Output tok/s per GPU',
      cell: ({ figures: { output }, gpus }) => formatNumber(output !== undefined && gpus ? output / gpus : undefined),
    },
    { head: 'Hit rate', cell: ({ figures }) => formatShare(figures.hitMeasured) },
    {
      head: 'Lost, points',
      cell: (mark) => {
        const lost = lostOf(mark)
        return lost === undefined ? '-' : (lost * 100).toFixed(1)
      },
    },
    { head: 'Verdict', text: true, cell: ({ verdict }) => verdict },
  ]
}
