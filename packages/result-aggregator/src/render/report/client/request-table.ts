import type { TimelineRow } from './decode-timeline.ts'
import { difference } from './request-tip.ts'
import { type SizeUnit, slotWord } from './size-words.ts'
import { element } from './tip-content.ts'

/** More rows than this no one reads, and a browser is slow to lay out. */
const ROWS_MAX = 2_000

/** The timeline in words: a row per request, fit for copying into a sheet. */
export function requestTable(rows: readonly TimelineRow[], unit: SizeUnit): HTMLElement[] {
  const columns = columnsOf(unit)
  const head = columns.map(([name]) => element('th', { scope: 'col' }, name))
  const body = rows.slice(0, ROWS_MAX).map((row) =>
    element(
      'tr',
      {},
      ...columns.map(([, cell]) => {
        const value = cell(row)
        return typeof value === 'number'
          ? element('td', {}, String(value))
          : element('td', { class: 'text' }, value ?? '-')
      }),
    ),
  )
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body))
  const left = rows.length - ROWS_MAX
  const note = `${left} more rows are not shown; records.jsonl of the run has them all.`
  return left > 0 ? [table, element('p', { class: 'note' }, note)] : [table]
}

type Cell = string | number | undefined
const columnsOf = (unit: SizeUnit): readonly (readonly [name: string, cell: (row: TimelineRow) => Cell])[] => [
  [slotWord(unit) === 'lane' ? 'Lane' : 'Arrival', ({ lane }) => lane],
  ['Play', ({ play }) => play],
  ['Trace', ({ trace }) => trace],
  ['Session', ({ session }) => session.id],
  ['Turn', ({ turn }) => turn],
  ['Phase', ({ phase }) => phase],
  ['Outcome', ({ outcome, message }) => (message === undefined ? outcome : `${outcome}: ${message}`)],
  ['Sent, ms', ({ sentMs }) => sentMs],
  ['Late, ms', ({ lateMs }) => lateMs],
  ['Waiting and prefill, ms', ({ sentMs, firstTokenMs }) => difference(sentMs, firstTokenMs)],
  ['Decode, ms', ({ firstTokenMs, lastTokenMs }) => difference(firstTokenMs, lastTokenMs)],
  ['Ended, ms', ({ doneMs }) => doneMs],
  ['Input', ({ inputTokens }) => inputTokens],
  ['Cached', ({ cachedTokens }) => cachedTokens],
  ['Output', ({ outputTokens }) => outputTokens],
]
