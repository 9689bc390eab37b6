import { basisText } from './basis-text.ts'
import type { ReportPoint } from './report-data.ts'
import { type RunTable, type RunTableRows, runTables } from './run-tables.ts'
import { element } from './tip-content.ts'

const heads = [
  'Metric',
  'Unit',
  'n',
  'Plays it tells as much as',
  'Cut off',
  'Mean',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'Max',
  'p99 with failures',
]

/** Fills in what the page tells of the chosen run: its figures, why it is not valid, and where it comes from. */
export function fillRunPanel({ label, verdict, details, tables, basis }: ReportPoint): void {
  for (const place of document.querySelectorAll('[data-run-name]')) place.textContent = label
  put('run-verdict', element('b', {}, verdict), ...details.reasons.map((reason) => element('p', {}, reason)))
  put('run-totals', ...pairs(details.totals))
  put('run-facts', ...pairs(details.facts))
  put('run-command', details.command)
  put('run-metrics', metricTable(details.metrics))
  for (const table of runTables) fillTable(table, tables[table.name] ?? [])
  for (const place of document.querySelectorAll<HTMLElement>('[data-estimator]'))
    place.textContent = basisText(basis, place.dataset)
}

/** A table without a row is not there. */
function fillTable({ name, heads, texts }: RunTable, rows: RunTableRows): void {
  const place = document.getElementById(`run-table-${name}`)
  const details = place?.closest('details')
  if (!place || !details) return
  details.hidden = rows.length === 0
  const isText = (at: number) => at < texts || heads[at] === 'First message'
  const cell = (tag: 'th' | 'td', text: string, at: number, scope: 'col' | 'row') =>
    element(tag, { ...(tag === 'th' && { scope }), ...(isText(at) && { class: 'text' }) }, text)
  const head = heads.map((text, at) => cell('th', text, at, 'col'))
  const body = rows.map((row) =>
    element('tr', {}, ...row.map((text, at) => cell(at === 0 ? 'th' : 'td', text, at, 'row'))),
  )
  place.replaceChildren(
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body)),
  )
}

function put(id: string, ...content: readonly (Node | string)[]): void {
  document.getElementById(id)?.replaceChildren(...content)
}

function pairs(all: readonly (readonly [name: string, value: string])[]): HTMLElement[] {
  return all.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])
}

function metricTable(rows: readonly (readonly string[])[]): HTMLElement {
  const head = heads.map((name, index) => element('th', { scope: 'col', ...(index < 2 && { class: 'text' }) }, name))
  const body = rows.map(([name = '', unit = '', ...figures]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', { class: 'text' }, unit),
      ...figures.map((figure) => element('td', {}, figure)),
    ),
  )
  return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body))
}
