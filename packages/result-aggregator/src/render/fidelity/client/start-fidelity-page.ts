import { ChartPanel } from '../../report/client/chart-panel.ts'
import { keepDrawn } from '../../report/client/keep-drawn.ts'
import { startZoom } from '../../report/client/timeline-zoom.ts'
import { drawCurves } from '../../traces/client/draw-curves.ts'
import { drawOverlay } from './draw-overlay.ts'
import type { FidelityPageData } from './overlay-data.ts'

startFidelityPage(JSON.parse(document.getElementById('report-data')!.textContent!) as FidelityPageData)

function startFidelityPage(data: FidelityPageData): void {
  const overlay = ChartPanel.at('chart-overlay', 'canvas')
  const curves = data.charts.map((chart) => ({ chart, panel: ChartPanel.at(chart.id) }))
  if (overlay) startZoom(overlay)
  keepDrawn((theme) => {
    overlay?.draw(drawOverlay(data, theme))
    for (const { chart, panel } of curves) panel?.draw(drawCurves(chart, theme))
  })
}
