import { ChartPanel } from '../../report/client/chart-panel.ts'
import { keepDrawn } from '../../report/client/keep-drawn.ts'
import type { CurvePageData } from './curve-data.ts'
import { drawCurves } from './draw-curves.ts'

startTracesPage(JSON.parse(document.getElementById('report-data')!.textContent!) as CurvePageData)

function startTracesPage({ charts }: CurvePageData): void {
  const panels = charts.map((chart) => ({ chart, panel: ChartPanel.at(chart.id) }))
  keepDrawn((theme) => {
    for (const { chart, panel } of panels) panel?.draw(drawCurves(chart, theme))
  })
}
