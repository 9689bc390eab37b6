import type { Drawing } from './chart-panel.ts'
import { chartSvg } from './chart-svg.ts'
import { hasMarks } from './has-marks.ts'
import { drawCache, drawLatency } from './lane-charts.ts'
import { lightTheme } from './page-theme.ts'
import type { ReportData } from './report-data.ts'
import { drawJobs, drawTradeoff } from './tradeoff-chart.ts'

declare const reportData: ReportData
declare const pictures: { name: string; svg: string }[]

/** Draws the charts of a report outside of a page, in the light theme, into the list that it is given. */
function drawPictures(data: ReportData): void {
  const choice = { y: 'output', x: 'interactivity', percentile: 'p90' } as const
  const drawings: readonly (readonly [name: string, title: string, drawing: Drawing])[] = [
    ['throughput', 'Output against interactivity', drawTradeoff(data, { ...choice, perGpu: false }, lightTheme)],
    ['per-gpu', 'Output per GPU against interactivity', drawTradeoff(data, { ...choice, perGpu: true }, lightTheme)],
    ['ttft', 'Time to first token', drawLatency(data, 'ttft', 'p90', lightTheme)],
    ['tpot', 'Time per output token', drawLatency(data, 'tpot', 'p90', lightTheme)],
    ['e2e', 'End to end', drawLatency(data, 'e2e', 'p90', lightTheme)],
    ['cache', 'Cache hits', drawCache(data, lightTheme)],
    ['jobs', 'Whole jobs', drawJobs(data, lightTheme)],
  ]
  for (const [name, title, { option, legend }] of drawings) {
    if (!hasMarks(option)) continue
    const size = { widthPx: 720, heightPx: 400, ink: lightTheme.ink, paper: lightTheme.paper }
    pictures.push({ name, svg: chartSvg(echarts, { option, legend, title, ...size }) })
  }
}

drawPictures(reportData)
