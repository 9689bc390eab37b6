import { ChartPanel } from '../../report/client/chart-panel.ts'
import { startTheme } from '../../report/client/page-theme.ts'
import type { CurvePageData } from './curve-data.ts'
import { drawCurves } from './draw-curves.ts'

startTracesPage(JSON.parse(document.getElementById('report-data')!.textContent!) as CurvePageData)

/** Draws every chart, and again when the theme or the width changes. */
function startTracesPage({ charts }: CurvePageData): void {
  const panels = charts.map((chart) => ({ chart, panel: ChartPanel.at(chart.id) }))
  const drawAll = () => {
    for (const { chart, panel } of panels) panel?.draw(drawCurves(chart, page.theme))
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
  drawAll()
  document.documentElement.dataset.ready = 'yes'
}
