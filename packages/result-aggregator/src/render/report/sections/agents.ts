import { type Html, html } from '../../html.ts'
import type { SloTier } from '../client/agents-within.ts'
import type { ReportMark } from '../client/report-data.ts'
import { chartFigure } from './chart-figure.ts'

/** Where a reader begins who has no objectives of his own; nobody's rule. */
const tiers: readonly SloTier[] = [
  { name: 'fast', ttftMs: 2_000, interactivity: 50 },
  { name: 'steady', ttftMs: 5_000, interactivity: 30 },
  { name: 'patient', ttftMs: 15_000, interactivity: 15 },
]

/** Whether there is a curve to look along: two sizes of a closed load. */
export function hasAgents(marks: readonly ReportMark[]): boolean {
  const closed = marks.filter(
    ({ unit, figures }) =>
      unit === undefined && figures['ttft.p90'] !== undefined && figures['interactivity.p90'] !== undefined,
  )
  return [...Map.groupBy(closed, ({ group }) => group).values()].some(
    (own) => new Set(own.map(({ lanes }) => lanes)).size > 1,
  )
}

/** How many agents a curve holds within what users may expect, over tiers that can be changed in the page; nothing without a curve. */
export function agents(marks: readonly ReportMark[], basis: string): Html {
  if (!hasAgents(marks)) return html``
  return html`<section id="agents" aria-labelledby="agents-title"><h2 id="agents-title">Agents by what they may expect</h2>
<div class="controls"><label>Both at <select id="agents-percentile"><option>p50</option><option selected>p90</option><option>p99</option></select></label></div>
${chartFigure({
  id: 'chart-agents',
  basis,
  title: 'Agents that are held',
  about:
    'The largest number of lanes that was measured and keeps both objectives of a tier, as do all smaller ones: over the GPUs of the deployment where all runs say how many. Between two sizes nothing was measured, so a server may hold more, up to the next. A bar is filled where the whole of both 95 % intervals keeps them. reprise capacity looks for the edge itself.',
})}
<details class="table" open><summary>What each tier may expect: change it here</summary>
<p class="note">A place to begin, and nobody's rule.</p>
<div class="scroll" tabindex="0" role="region" aria-label="What each tier may expect"><table id="tiers"><thead><tr><th scope="col">Tier</th><th scope="col">TTFT, s, at most</th><th scope="col">Interactivity, tok/s, at least</th></tr></thead>
<tbody>${tiers.map(tierRow)}</tbody></table></div></details></section>
`
}

function tierRow({ name, ttftMs, interactivity }: SloTier): Html {
  const field = (about: string, value: number) =>
    html`<td><input type="number" min="0" step="any" size="6" aria-label="${about} of ${name}" value="${value}"></td>`
  return html`<tr><th scope="row">${name}</th>${field('TTFT in seconds', ttftMs / 1000)}${field('Interactivity', interactivity)}</tr>
`
}
