import { startAgents } from './agents.ts'
import { drawCapacity } from './capacity-chart.ts'
import { ChartPanel } from './chart-panel.ts'
import { chosen } from './chosen.ts'
import { startCosts } from './costs.ts'
import { PartsDrawer } from './draw-parts.ts'
import type { DrawnPart } from './drawn-part.ts'
import { keepDrawn } from './keep-drawn.ts'
import { drawCache, drawClient, drawFailed, drawLatency } from './lane-charts.ts'
import type { PageTheme } from './page-theme.ts'
import { startPower } from './power.ts'
import type { FigureName, LatencyName, PercentileName, ReportData, ThroughputName } from './report-data.ts'
import { startRunView } from './run-view.ts'
import { serverCharts } from './server-chart-list.ts'
import { drawServer } from './server-charts.ts'
import { drawJobs, drawTradeoff } from './tradeoff-chart.ts'
import { drawTrend } from './trend-chart.ts'

startPage(JSON.parse(document.getElementById('report-data')!.textContent!) as ReportData)

/** Draws every chart, and again when the theme, a choice or the width changes. */
function startPage(data: ReportData): void {
  const ofRun = startRunView(data)
  const drawer = new PartsDrawer([
    ...sweepParts(data),
    ...startAgents(data),
    ...startCosts(data),
    ...startPower(data),
    ...ofRun.parts,
  ])
  ofRun.onChoice(() => drawer.redraw(ofRun.parts))
  keepDrawn((theme) => drawer.draw(theme))
}

/** What stands over the sizes of loads. */
function sweepParts(data: ReportData): DrawnPart[] {
  const tradeoff = (perGpu: boolean) => (theme: PageTheme) =>
    drawTradeoff(
      data,
      {
        y: chosen<ThroughputName>('tradeoff-y', 'output'),
        x: chosen<LatencyName>('tradeoff-x', 'interactivity'),
        percentile: chosen<PercentileName>('tradeoff-percentile', 'p90'),
        perGpu,
      },
      theme,
    )
  const choices = ['tradeoff-y', 'tradeoff-x', 'tradeoff-percentile']
  const latency = (name: LatencyName) => (theme: PageTheme) =>
    drawLatency(data, name, chosen<PercentileName>('latency-percentile', 'p90'), theme)
  const trend = (theme: PageTheme) => {
    const choice = document.getElementById('trend-figure') as HTMLSelectElement
    const title = choice.selectedOptions[0]?.textContent ?? ''
    return drawTrend(data, { figure: choice.value as FigureName, title }, theme)
  }
  return [
    ...(data.capacity ? part('chart-capacity', (theme) => drawCapacity(data.capacity!, theme)) : []),
    ...part('chart-total', tradeoff(false), choices),
    ...part('chart-per-gpu', tradeoff(true), choices),
    ...(['ttft', 'tpot', 'e2e'] as const).flatMap((name) =>
      part(`chart-${name}`, latency(name), ['latency-percentile']),
    ),
    ...part('chart-failed', (theme) => drawFailed(data, theme)),
    ...part('chart-cache', (theme) => drawCache(data, theme)),
    ...part('chart-trend', trend, ['trend-figure']),
    ...part('chart-jobs', (theme) => drawJobs(data, theme)),
    ...Object.keys(serverCharts).flatMap((id) => part(id, (theme) => drawServer(data, id, theme))),
    ...part('chart-client', (theme) => drawClient(data, theme)),
  ]
}

/** Nothing where the page has no such chart. */
function part(id: string, draw: DrawnPart['draw'], choices: readonly string[] = []): DrawnPart[] {
  const panel = ChartPanel.at(id)
  return panel ? [{ panel, draw, choices }] : []
}
