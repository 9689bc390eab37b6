import { formatNumber } from './format-number.ts'
import { lengthTitles } from './length-chart.ts'
import type { Comparison, Histogram } from './report-data.ts'
import { element } from './tip-content.ts'

const figures = ['n', 'mean', 'p50', 'p90', 'p99', 'max'] as const

/** The figures behind the four distributions. */
export function lengthTable(comparisons: readonly Comparison[]): HTMLElement {
  const row = (name: string, kind: string, histogram: Histogram | undefined) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, `${name}, ${kind}`),
      ...figures.map((figure) => element('td', {}, formatNumber(histogram?.[figure]))),
    )
  const head = ['Quantity', ...figures].map((name, index) =>
    element('th', { scope: 'col', ...(index < 1 && { class: 'text' }) }, name),
  )
  const rows = comparisons.flatMap(({ name, replayed, planned }) => [
    row(lengthTitles[name], 'replayed', replayed),
    row(lengthTitles[name], 'planned', planned),
  ])
  return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows))
}
