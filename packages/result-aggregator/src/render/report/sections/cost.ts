import { type Html, html } from '../../html.ts'
import type { ReportMark } from '../client/report-data.ts'
import { type PriceTable, pricesOf } from '../content/price-table.ts'
import { chartFigure } from './chart-figure.ts'

/** What a million tokens cost: a chart over prices that stand in the page and can be changed there. */
export function cost(marks: readonly ReportMark[], prices: PriceTable, basis: string): Html {
  const rows = [...new Map(marks.map((mark) => [mark.hardware ?? '', mark])).values()]
  const bases = [...new Set(Object.values(prices.usdPerGpuHour).flatMap((row) => Object.keys(row)))]
  const told = marks.some(({ usdPerGpuHour }) => usdPerGpuHour !== undefined)
  const known = bases.find((basis) => rows.some(({ hardware }) => pricesOf(hardware, prices)[basis] !== undefined))
  const chosen = told ? OWN : (known ?? OWN)
  const missing = marks.every(({ gpus }) => gpus === undefined)
  return html`<section id="cost" aria-labelledby="cost-title"><h2 id="cost-title">Cost</h2>
<div class="controls">
<label>Price <select id="cost-basis">${[...bases, OWN].map(
    (basis) =>
      html`<option value="${basis}"${basis === chosen ? html` selected` : ''}>${basis === OWN ? 'own' : basis}</option>`,
  )}</select></label>
<label>of a million <select id="cost-tokens"><option value="output">output</option><option value="freshInput">fresh input</option><option value="total">input and output</option></select> tokens</label>
<label>at interactivity <select id="cost-percentile"><option>p50</option><option selected>p90</option><option>p99</option></select></label>
</div>
${chartFigure({
  id: 'chart-cost',
  basis,
  title: 'US dollars per million tokens',
  absent:
    missing &&
    'Not known: the number of GPUs was given with none of these runs. Give it with the run or now: reprise report RUN --gpus 8 --price-per-gpu-hour 2.5',
  about:
    'What the GPUs of the deployment cost in the time in which it makes a million of these tokens, if it were as busy all the time. The left and lower a mark the cheaper and slower. A price of input and output together flatters a warm cache.',
})}
<details class="table"${known === undefined && !told ? html` open` : ''}><summary>Prices of a GPU hour, US dollars: change them here</summary>
<p class="note">${prices.source === undefined ? 'A table of your own' : `From ${prices.source}`}, as of ${prices.asOf}; they are no offers. Own prices are those that runs were told (--price-per-gpu-hour), or yours. Another table: reprise report RUN --prices FILE.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Prices of a GPU hour"><table id="prices"><thead><tr><th scope="col">Hardware</th>${[
    ...bases,
    OWN,
  ].map(
    (basis) => html`<th scope="col">${basis}</th>`,
  )}</tr></thead><tbody>${rows.map((mark) => priceRow(mark, { bases, prices }))}</tbody></table></div></details></section>
`
}

/** The basis of prices that stand in no table. */
const OWN = 'own'

function priceRow(
  { hardware, usdPerGpuHour }: ReportMark,
  { bases, prices }: { readonly bases: readonly string[]; readonly prices: PriceTable },
): Html {
  const known = pricesOf(hardware, prices)
  const name = hardware ?? 'unnamed hardware'
  const cell = (basis: string, price: number | undefined) =>
    html`<td><input type="number" min="0" step="any" size="6" data-hardware="${hardware ?? ''}" data-basis="${basis}" aria-label="${basis} price of ${name}" value="${price ?? ''}"></td>`
  return html`<tr><th scope="row">${name}</th>${bases.map((basis) => cell(basis, known[basis]))}${cell(OWN, usdPerGpuHour)}</tr>`
}
