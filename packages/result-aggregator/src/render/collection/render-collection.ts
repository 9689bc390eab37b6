import { logText } from '@reprise/safe-text'
import type { Collection } from '../../result/collection.ts'
import { isInterval } from '../../result/estimate.ts'
import { intervalLegend, renderInterval } from '../interval-text.ts'
import { renderFigure, renderTotals, type SweepPoint, sweepPoints } from '../sweep-point.ts'
import { estimatedFigures } from './estimated-figures.ts'

const width = 100

/**
 * The table of a sweep for a terminal, at most 100 columns wide, under the keys of its configurations; then the totals, and why each
 * failed job failed with the command that does it again (which may be wider, to be copied as it is). Plain ASCII but for foreign names.
 */
export function renderCollection(collection: Collection): string {
  const points = sweepPoints(collection)
  return [
    ...renderTable(points),
    '',
    renderTotals(collection),
    ...collection.rows.flatMap(({ status: { configKey, name, failure, reproduce } }) => {
      if (!failure) return []
      const phase = failure.phase === undefined ? '' : ` in ${failure.phase}`
      const what = `FAILED ${failure.class}${phase}: ${logText(configKey)} ${name}: ${logText(failure.message)}`
      return ['', ...wrapped(what), `  again: ${logText(reproduce, 4_000)}`]
    }),
    ...strayLines(collection),
  ].join('\n')
}

interface Column {
  readonly head: string
  readonly cell: (point: SweepPoint) => string
  readonly interval?: (point: SweepPoint) => string
}

const columns: readonly Column[] = [
  { head: 'Lanes', cell: ({ lanes }) => lanes.join(',') },
  ...['TTFT p50 ms', 'p90 ms', 'TPOT p50 ms', 'tok/s user', 'out tok/s GPU', 'Hit rate'].map((head, i): Column => {
    const { value, estimate, figure = renderFigure } = estimatedFigures[i]!
    return { head, cell: (point) => figure(value(point)), interval: (point) => renderInterval(estimate(point), figure) }
  }),
]

function renderTable(points: readonly SweepPoint[]): string[] {
  const heads = columns.map(({ head }) => twoLines(head))
  const cells = points.map((point) => columns.map(({ cell }) => cell(point)))
  const hasIntervals = points.some((point) => estimatedFigures.some(({ estimate }) => isInterval(estimate(point))))
  const intervals = points.map((point) =>
    columns.map(({ interval }) => (hasIntervals ? (interval?.(point) ?? '') : '')),
  )
  const widths = columns.map((_, i) =>
    Math.max(
      ...heads[i]!.map(({ length }) => length),
      ...cells.map((row) => row[i]!.length),
      ...intervals.map((row) => row[i]!.length),
    ),
  )
  const verdictWidth = Math.max(7, ...points.map(({ verdict }) => verdict.length))
  const nameRoom = width - 2 - widths.reduce((sum, each) => sum + each + 2, 0) - verdictWidth - 2
  const nameWidth = Math.min(nameRoom, Math.max(5, ...points.map(({ name }) => name.length)))
  const line = (name: string, row: readonly string[], verdict: string) =>
    [`  ${name.padEnd(nameWidth)}`, ...row.map((cell, i) => cell.padStart(widths[i]!)), verdict].join('  ').trimEnd()
  const head = [0, 1].map((part) =>
    line(
      part === 0 ? '' : 'Point',
      heads.map((each) => each[part]!),
      part === 0 ? '' : 'Verdict',
    ),
  )
  const rule = '-'.repeat(Math.min(width, Math.max(...head.map(({ length }) => length), nameWidth + 20)))
  const body = [...Map.groupBy(points, ({ configKey }) => configKey)].flatMap(([key, group]) => [
    logText(key, width),
    ...group.flatMap((point) => [
      line(cut(point.name, nameWidth), cells[points.indexOf(point)]!, point.verdict),
      ...(hasIntervals && point.result ? [line('', intervals[points.indexOf(point)]!, '')] : []),
    ]),
  ])
  return [...head, rule, ...body, ...(hasIntervals ? ['', ...wrapped(`second lines: ${intervalLegend}`)] : [])]
}

/** The last word of a head stands under the others. */
function twoLines(head: string): [string, string] {
  const at = head.lastIndexOf(' ')
  return at < 0 ? ['', head] : [head.slice(0, at), head.slice(at + 1)]
}

/** The ends of a long name tell it apart from others, its middle does not. */
function cut(name: string, room: number): string {
  if (name.length <= room) return name
  const tail = Math.floor((room - 2) * 0.6)
  return `${name.slice(0, room - 2 - tail)}..${name.slice(name.length - tail)}`
}

function strayLines({ strays }: Collection): string[] {
  if (strays.length === 0) return []
  const names = strays.slice(0, 5).map(({ name }) => JSON.stringify(logText(name, 120)))
  const more = strays.length > names.length ? ` and ${strays.length - names.length} more` : ''
  return ['', ...wrapped(`left out, since no planned job is called so: ${names.join(', ')}${more}`)]
}

function wrapped(text: string): string[] {
  const lines: string[] = []
  let line = ''
  // What is longer than a line, and nobody's word, is cut into lines; `::` must not come to stand first in one by that.
  for (const word of logText(text.replace(/\S{90}/g, '$& '), Number.POSITIVE_INFINITY).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
