import { basisText, hitEstimator, jobEstimator, percentileEstimator, rateEstimator } from './basis-text.ts'
import type { Drawing } from './chart-panel.ts'
import { chartSvg } from './chart-svg.ts'
import { hasMarks } from './has-marks.ts'
import { drawCache, drawLatency } from './lane-charts.ts'
import { lightTheme } from './page-theme.ts'
import { drawPower } from './power-chart.ts'
import type { ReportData } from './report-data.ts'
import { drawJobs, drawTradeoff } from './tradeoff-chart.ts'

declare const reportData: ReportData
declare const pictures: { name: string; svg: string }[]

/** Draws the charts of a report outside of a page, in the light theme, into the list that it is given. */
function drawPictures(data: ReportData): void {
  const choice = { y: 'output', x: 'interactivity', percentile: 'p90' } as const
  const rates = `${rateEstimator}; ${percentileEstimator}`
  const power = drawPower(
    data,
    { figure: 'joules', tokens: 'output', percentile: 'p90', wattsOf: ({ figures }) => figures.meanW },
    lightTheme,
  )
  const drawings: readonly (readonly [name: string, title: string, estimator: string, drawing: Drawing])[] = [
    ['throughput', 'Output against interactivity', rates, drawTradeoff(data, { ...choice, perGpu: false }, lightTheme)],
    [
      ...(['per-gpu', 'Output per GPU against interactivity', rates] as const),
      drawTradeoff(data, { ...choice, perGpu: true }, lightTheme),
    ],
    ['ttft', 'Time to first token', percentileEstimator, drawLatency(data, 'ttft', 'p90', lightTheme)],
    ['tpot', 'Time per output token', percentileEstimator, drawLatency(data, 'tpot', 'p90', lightTheme)],
    ['e2e', 'End to end', percentileEstimator, drawLatency(data, 'e2e', 'p90', lightTheme)],
    ['cache', 'Cache hits', hitEstimator, drawCache(data, lightTheme)],
    ['jobs', 'Whole jobs', jobEstimator, drawJobs(data, lightTheme)],
    ['power', 'Measured power against interactivity', `watts by trapezoids over the window; ${rates}`, power],
  ]
  const bases = data.points.map(({ basis }) => basis)
  for (const [name, title, estimator, { option, legend }] of drawings) {
    if (!hasMarks(option)) continue
    const basis = `Of each run: ${basisText(bases, { estimator })}.`
    const size = { widthPx: 720, heightPx: 400, ink: lightTheme.ink, paper: lightTheme.paper }
    pictures.push({ name, svg: chartSvg(echarts, { option, legend, title, basis, ...size }) })
  }
}

drawPictures(reportData)
