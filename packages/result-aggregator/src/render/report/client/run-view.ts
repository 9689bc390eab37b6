import { CHOOSE_RUN, ChartPanel } from './chart-panel.ts'
import { decodeTimeline, type TimelineRow } from './decode-timeline.ts'
import { drawLengths } from './length-chart.ts'
import { lengthTable } from './length-table.ts'
import type { PageTheme } from './page-theme.ts'
import type { ReportData, ReportPoint } from './report-data.ts'
import { requestTable } from './request-table.ts'
import { fillRunPanel } from './run-panel.ts'
import { slotWord } from './size-words.ts'
import { drawTimeline } from './timeline-chart.ts'
import { startZoom } from './timeline-zoom.ts'

/** The parts of the page that show one run: timeline and lengths. The run with the most lanes that is not invalid comes first. */
export function startRunView(data: ReportData): { draw(theme: PageTheme): void } {
  const choice = document.getElementById('point') as HTMLSelectElement
  const timeline = ChartPanel.at('chart-timeline', 'canvas')!
  const lengths = (['input', 'output', 'think', 'turns'] as const).map((name) => ({
    name,
    panel: ChartPanel.at(`chart-${name}`)!,
  }))
  const table = document.getElementById('timeline-table') as HTMLDetailsElement
  const shown: { theme?: PageTheme; point?: ReportPoint; rows: TimelineRow[] } = { rows: [] }
  const fillTable = () => {
    table.querySelector('.scroll')!.replaceChildren(...(table.open ? requestTable(shown.rows, shown.point?.unit) : []))
  }
  const draw = () => {
    if (!shown.theme) return
    const point = data.points[Number(choice.value)]!
    if (point !== shown.point) {
      shown.point = point
      shown.rows = decodeTimeline(point.timeline)
      document.getElementById('timeline-note')!.textContent = leftOutNote(point)
      fillRunPanel(point)
      document.querySelector('#lengths-table .scroll')!.replaceChildren(lengthTable(point.distributions))
      fillTable()
    }
    timeline.draw(drawTimeline(point, shown.rows, shown.theme))
    for (const { name, panel } of lengths) {
      const comparison = point.distributions.find((each) => each.name === name)
      if (comparison) panel.draw(drawLengths(comparison, shown.theme))
    }
  }
  choice.value = String(firstToShow(data))
  choice.addEventListener('change', draw)
  const choose = (run: number) => {
    choice.value = String(run)
    draw()
    document.getElementById('run')!.scrollIntoView()
  }
  document.addEventListener(CHOOSE_RUN, (event) => choose((event as CustomEvent<number>).detail))
  for (const link of document.querySelectorAll<HTMLElement>('a[data-run]'))
    link.addEventListener('click', () => choose(Number(link.dataset.run)))
  table.addEventListener('toggle', fillTable)
  startZoom(timeline.chart)
  return {
    draw: (theme) => {
      shown.theme = theme
      draw()
    },
  }
}

/** Few lanes fit on a screen: of the runs that are not invalid the largest with at most 16 lanes, else the first run. */
function firstToShow({ points }: ReportData): number {
  const fit = points.flatMap((point, index) =>
    point.verdict !== 'invalid' && point.lanes <= 16 ? [{ point, index }] : [],
  )
  return fit.toSorted((one, other) => other.point.lanes - one.point.lanes)[0]?.index ?? 0
}

function leftOutNote({ unit, timeline: { rows, requests, lanes, lanesInRun } }: ReportPoint): string {
  if (rows === requests) return `All ${requests.toLocaleString('en-US')} requests of the run are shown.`
  const kept = `${lanes.length} of ${lanesInRun} ${slotWord(unit)}s with ${rows.toLocaleString('en-US')} of ${requests.toLocaleString('en-US')} requests are shown`
  return `${kept}, so that the page stays small; records.jsonl of the run has them all.`
}
