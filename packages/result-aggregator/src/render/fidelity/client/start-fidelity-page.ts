import { ChartPanel } from '../../report/client/chart-panel.ts'
import { startTheme } from '../../report/client/page-theme.ts'
import { startZoom } from '../../report/client/timeline-zoom.ts'
import { drawCurves } from '../../traces/client/draw-curves.ts'
import { drawOverlay } from './draw-overlay.ts'
import type { FidelityPageData } from './overlay-data.ts'

startFidelityPage(JSON.parse(document.getElementById('report-data')!.textContent!) as FidelityPageData)

/** Draws every chart, and again when the theme or the width changes. */
function startFidelityPage(data: FidelityPageData): void {
  const overlay = ChartPanel.at('chart-overlay', 'canvas')
  const curves = data.charts.map((chart) => ({ chart, panel: ChartPanel.at(chart.id) }))
  const drawAll = () => {
    overlay?.draw(drawOverlay(data, page.theme))
    for (const { chart, panel } of curves) panel?.draw(drawCurves(chart, page.theme))
  }
  const page = {
    theme: startTheme(document.getElementById('theme') as HTMLButtonElement, (theme) => {
      page.theme = theme
      drawAll()
    }),
  }
  addEventListener('resize', drawAll)
  addEventListener('beforeprint', () => {
    for (const table of document.querySelectorAll<HTMLDetailsElement>('details.table')) table.open = true
  })
  if (overlay) startZoom(overlay.chart)
  drawAll()
  document.documentElement.dataset.ready = 'yes'
}
