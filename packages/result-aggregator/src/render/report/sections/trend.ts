import { type Html, html } from '../../html.ts'
import type { ReportTrend } from '../client/report-data.ts'
import { chartFigure } from './chart-figure.ts'

/** What became of the same points from revision to revision; nothing where none was measured at several. */
export function trend(trends: readonly ReportTrend[]): Html {
  if (trends.length === 0) return html``
  return html`<section id="trend" aria-labelledby="trend-title"><h2 id="trend-title">From revision to revision</h2>
<div class="controls"><label>Figure <select id="trend-figure"><option value="ttft.p90">TTFT p90, ms</option><option value="tpot.p90">TPOT p90, ms</option><option value="output">Output tok/s</option><option value="hitMeasured">Share of hits</option></select></label></div>
${chartFigure({
  id: 'chart-trend',
  title: 'The same points, measured again',
  about:
    'A line for each size of load whose work and deployment are the same but for label, version, settings and endpoint. In the order of their dates, or as they were given where they have none. A revision is called by its label, or its commit, or the version of the engine. A mark is filled where its 95 % interval and that of the one before have nothing in common.',
})}</section>
`
}
