import { type Html, html } from '../../html.ts'
import { percentileEstimator, rateEstimator } from '../client/basis-text.ts'
import { formatNumber } from '../client/format-number.ts'
import type { ReportMark } from '../client/report-data.ts'
import { serverCharts } from '../client/server-chart-list.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { kwPerGpuOf, type PriceTable } from '../content/price-table.ts'
import { chartBasis } from './chart-basis.ts'
import { chartFigure } from './chart-figure.ts'
import { type Column, dataTable } from './data-table.ts'
import { runColumn } from './run-columns.ts'

/** Whether there is any power to tell of: measured, or provisioned by the table. */
export function hasPower(marks: readonly ReportMark[], prices: PriceTable): boolean {
  return marks.some(
    ({ figures, hardware, gpus }) =>
      figures.meanW !== undefined || (gpus !== undefined && kwPerGpuOf(hardware, prices) !== undefined),
  )
}

/** What power makes of tokens: as meters measured it, and over what is provisioned for a GPU; nothing where neither is known. */
export function power(runs: readonly LabelledRun[], marks: readonly ReportMark[], prices: PriceTable): Html {
  if (!hasPower(marks, prices)) return html``
  const isMeasured = marks.some(({ figures }) => figures.meanW !== undefined)
  const metered = runs.filter(({ run }) => run.result.power !== undefined)
  const rows = [...new Map(marks.map((mark) => [mark.hardware ?? '', mark])).values()]
  const over = chartFigure({
    id: 'chart-power',
    basis: chartBasis(runs, `watts by trapezoids over the window; ${rateEstimator}; ${percentileEstimator}`),
    title: 'Power against interactivity',
    about:
      'Watts of the whole deployment over the tokens that came in a second of the window, idle time included. Measured is what meters of the accelerators read; provisioned is what is set aside for each GPU, its part of hosts, network and cooling too. Whiskers are those of the throughput.',
  })
  const { title, about, estimator } = serverCharts[BY_LOAD]!
  return html`<section id="power" aria-labelledby="power-title"><h2 id="power-title">Power</h2>
<div class="controls">
<label>Figure <select id="power-figure"><option value="joules">J per token</option><option value="perMw">tokens/s per MW</option></select></label>
<label>of <select id="power-tokens"><option value="output">output</option><option value="freshInput">fresh input</option><option value="total">input and output</option></select> tokens</label>
<label>Power <select id="power-basis">${isMeasured && html`<option value="measured">measured</option>`}<option value="provisioned">provisioned</option></select></label>
<label>at interactivity <select id="power-percentile"><option>p50</option><option selected>p90</option><option>p99</option></select></label>
</div>
${isMeasured ? html`<div class="pair">${over}${chartFigure({ id: BY_LOAD, title, about, basis: chartBasis(runs, estimator) })}</div>` : over}
${metered.length > 0 && dataTable('Power over the same window', powerColumns, metered)}
<details class="table"><summary>Provisioned power of a GPU, kW: change it here</summary>
<p class="note">${prices.source === undefined ? 'A table of your own' : `From ${prices.source}`}, as of ${prices.asOf}. Another table: reprise report RUN --prices FILE.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Provisioned power of a GPU"><table id="powers"><thead><tr><th scope="col">Hardware</th><th scope="col">kW per GPU</th></tr></thead><tbody>${rows.map(
    ({ hardware }) =>
      html`<tr><th scope="row">${hardware ?? 'unnamed hardware'}</th><td><input type="number" min="0" step="any" size="6" data-hardware="${hardware ?? ''}" aria-label="Kilowatts for a GPU of ${hardware ?? 'unnamed hardware'}" value="${kwPerGpuOf(hardware, prices) ?? ''}"></td></tr>`,
  )}</tbody></table></div></details></section>
`
}

const BY_LOAD = 'chart-server-power'

type Drawn = NonNullable<LabelledRun['run']['result']['power']>

function drawn(head: string, cell: (power: Drawn) => string): Column<LabelledRun> {
  return { head, cell: ({ run }) => cell(run.result.power!) }
}

const powerColumns: readonly Column<LabelledRun>[] = [
  runColumn,
  { head: 'Meter', text: true, cell: ({ run }) => run.result.power!.meter },
  drawn('Devices', ({ devices }) => formatNumber(devices)),
  drawn('Mean, W', ({ meanW }) => formatNumber(meanW)),
  drawn('Mean per device, W', ({ meanPerDeviceW }) => formatNumber(meanPerDeviceW)),
  drawn('Energy, J', ({ energyJ }) => formatNumber(energyJ)),
  drawn('J per output token', ({ joulesPerOutputToken }) => formatNumber(joulesPerOutputToken)),
  drawn('J per request', ({ joulesPerRequest }) => formatNumber(joulesPerRequest)),
  { head: 'Not covered', text: true, cell: ({ run }) => run.result.power!.problems?.join('; ') ?? '' },
]
