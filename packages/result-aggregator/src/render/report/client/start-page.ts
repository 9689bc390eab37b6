import { ChartPanel } from './chart-panel.ts'
import { keepDrawn } from './keep-drawn.ts'
import { drawCache, drawClient, drawLatency } from './lane-charts.ts'
import type { PageTheme } from './page-theme.ts'
import type { LatencyName, PercentileName, ReportData, ThroughputName } from './report-data.ts'
import { startRunView } from './run-view.ts'
import { drawTradeoff } from './tradeoff-chart.ts'

startPage(JSON.parse(document.getElementById('report-data')!.textContent!) as ReportData)

/** Draws every chart, and again when the theme, a choice or the width changes. */
function startPage(data: ReportData): void {
  const panels = {
    total: ChartPanel.at('chart-total'),
    perGpu: ChartPanel.at('chart-per-gpu'),
    ttft: ChartPanel.at('chart-ttft'),
    tpot: ChartPanel.at('chart-tpot'),
    e2e: ChartPanel.at('chart-e2e'),
    cache: ChartPanel.at('chart-cache'),
    client: ChartPanel.at('chart-client'),
  }
  const runView = startRunView(data)
  const page = {} as { theme: PageTheme }
  const drawTradeoffs = () => {
    const choice = {
      y: chosen<ThroughputName>('tradeoff-y', 'output'),
      x: chosen<LatencyName>('tradeoff-x', 'interactivity'),
      percentile: chosen<PercentileName>('tradeoff-percentile', 'p90'),
    }
    panels.total?.draw(drawTradeoff(data, { ...choice, perGpu: false }, page.theme))
    panels.perGpu?.draw(drawTradeoff(data, { ...choice, perGpu: true }, page.theme))
  }
  const drawLatencies = () => {
    const percentile = chosen<PercentileName>('latency-percentile', 'p90')
    for (const name of ['ttft', 'tpot', 'e2e'] as const) {
      panels[name]?.draw(drawLatency(data, name, percentile, page.theme))
    }
  }
  const drawAll = () => {
    drawTradeoffs()
    drawLatencies()
    panels.cache?.draw(drawCache(data, page.theme))
    panels.client?.draw(drawClient(data, page.theme))
    runView.draw(page.theme)
  }
  for (const id of ['tradeoff-y', 'tradeoff-x', 'tradeoff-percentile']) onChoice(id, drawTradeoffs)
  onChoice('latency-percentile', drawLatencies)
  keepDrawn((theme) => {
    page.theme = theme
    drawAll()
  })
}

function chosen<Choice extends string>(id: string, otherwise: Choice): Choice {
  return ((document.getElementById(id) as HTMLSelectElement | null)?.value as Choice) ?? otherwise
}

function onChoice(id: string, act: () => void): void {
  document.getElementById(id)?.addEventListener('change', act)
}
