import type { ChartPanel } from './chart-panel.ts'

/** Buttons for what the wheel and dragging do too: closer, wider, earlier, later, all. */
export function startZoom(panel: ChartPanel): void {
  const zoom = (change: (from: number, width: number) => readonly [from: number, width: number]) => () => {
    const { start = 0, end = 100 } = (panel.chart.getOption().dataZoom as { start?: number; end?: number }[])[0] ?? {}
    const [wantedFrom, wantedWidth] = change(start, end - start)
    const width = Math.min(100, Math.max(0.5, wantedWidth))
    const from = Math.min(100 - width, Math.max(0, wantedFrom))
    panel.chart.dispatchAction({ type: 'dataZoom', start: from, end: from + width })
  }
  const buttons = {
    'zoom-in': zoom((from, width) => [from + width / 4, width / 2]),
    'zoom-out': zoom((from, width) => [from - width / 2, width * 2]),
    'zoom-left': zoom((from, width) => [from - width / 2, width]),
    'zoom-right': zoom((from, width) => [from + width / 2, width]),
    'zoom-all': zoom(() => [0, 100]),
  }
  for (const [id, act] of Object.entries(buttons)) document.getElementById(id)?.addEventListener('click', act)
}
