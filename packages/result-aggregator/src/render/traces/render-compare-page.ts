import { type CorpusComparison, type CorpusSamples, quantities } from '@reprise/trace'
import { html } from '../html.ts'
import { type PageAssets, renderPage } from '../page.ts'
import { type Column, dataTable } from '../report/sections/data-table.ts'
import type { CurvePageData } from './client/curve-data.ts'
import { distributionCharts, distributionFigures, type QuantityName, quantityNames } from './distribution-figures.ts'
import { distancesAbout, largestText, onlyText } from './likeness-table.ts'
import { differenceText, valueText } from './value-text.ts'

export interface ComparePage {
  /** What the traces are called. */
  readonly names: readonly [a: string, b: string]
  readonly samples: readonly [a: CorpusSamples, b: CorpusSamples]
  readonly comparison: CorpusComparison
}

/** How like two corpora are, as one page that needs nothing else. */
export function renderComparePage({ names, samples, comparison }: ComparePage, assets: PageAssets): string {
  const corpora = [
    { name: 'A', samples: samples[0] },
    { name: 'B', samples: samples[1] },
  ]
  const data: CurvePageData = { schema: 'traces-page/1', charts: distributionCharts(corpora) }
  const rows = quantityNames.flatMap((name) => {
    const found = comparison.quantities[name]
    return found ? [{ name, found }] : []
  })
  const remarkOf = (name: QuantityName) => {
    const found = comparison.quantities[name]
    if (!found) return ' One of the two has no values.'
    return ` KS ${found.ks.toFixed(3)}, W1 ${found.wasserstein?.toFixed(3) ?? 'not known'}.`
  }
  return renderPage(
    {
      kind: 'comparison',
      title: `${names[0]} and ${names[1]}`,
      lead: largestText(comparison) || 'They have no quantity in common.',
      sections: [
        ['distances', 'Distances'],
        ['distributions', 'Distributions'],
      ],
      main: html`<section id="distances" aria-labelledby="distances-title"><h2 id="distances-title">Distances</h2>
<dl><dt>A</dt><dd>${names[0]}</dd><dt>B</dt><dd>${names[1]}</dd></dl>
${dataTable('Distances of every distribution', columns, rows, { open: true })}
${distancesAbout
  .trimEnd()
  .split('\n')
  .map((line) => html`<p class="note">${line}</p>`)}
${onlyText(comparison)
  .trimEnd()
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => html`<p class="note">${line}</p>`)}</section>
<section id="distributions" aria-labelledby="distributions-title"><h2 id="distributions-title">Distributions</h2>${distributionFigures(corpora, remarkOf)}</section>`,
      data,
    },
    assets,
  )
}

type Row = { readonly name: QuantityName; readonly found: NonNullable<CorpusComparison['quantities'][QuantityName]> }

const columns: readonly Column<Row>[] = [
  { head: 'Quantity', text: true, cell: ({ name }) => quantities[name].title },
  { head: 'KS', cell: ({ found }) => found.ks.toFixed(3) },
  { head: 'W1', cell: ({ found }) => found.wasserstein?.toFixed(3) ?? '-' },
  ...(['a', 'b'] as const).map(
    (which): Column<Row> => ({
      head: `n of ${which.toUpperCase()}`,
      cell: ({ found }) => found[which].n.toLocaleString('en-US'),
    }),
  ),
  ...(['p10', 'p50', 'p90'] as const).flatMap((figure): Column<Row>[] => [
    { head: `${figure} of A`, cell: ({ name, found }) => valueText(found.a[figure], quantities[name].unit) },
    { head: 'of B', cell: ({ name, found }) => valueText(found.b[figure], quantities[name].unit) },
    { head: 'B - A', cell: ({ found }) => differenceText(found.difference[figure]) },
  ]),
]
