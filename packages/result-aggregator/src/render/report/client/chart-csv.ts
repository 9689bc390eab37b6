import type { EChartsOption } from 'echarts'
import { renderCsvCell } from '../../csv-cell.ts'
import type { TipContent } from './tip-content.ts'

/** Everything that a chart shows when it is hovered, a row for each mark: CSV with the names of all figures in its head. */
export function chartCsv({ series }: EChartsOption): string {
  const all = (series ?? []) as readonly { name?: string; data?: readonly unknown[] }[]
  const rows = all.flatMap(({ name = '', data = [] }) =>
    data.flatMap((datum) => (hasTip(datum) ? [{ series: name, ...datum.tip() }] : [])),
  )
  const names = [...new Set(rows.flatMap(({ lines }) => lines.map(([name]) => name)))]
  const lines = rows.map(({ series: of, title, lines: figures }) => [
    of,
    title,
    ...names.map((name) => figures.find(([each]) => each === name)?.[1]),
  ])
  return [['series', 'of', ...names], ...lines].map((cells) => `${cells.map(renderCsvCell).join(',')}\r\n`).join('')
}

function hasTip(datum: unknown): datum is { readonly tip: () => TipContent } {
  return typeof datum === 'object' && datum !== null && 'tip' in datum
}
