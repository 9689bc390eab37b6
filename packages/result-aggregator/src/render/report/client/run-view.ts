import { CHOOSE_RUN, ChartPanel } from './chart-panel.ts'
import { decodeTimeline, type TimelineRow } from './decode-timeline.ts'
import type { DrawnPart } from './drawn-part.ts'
import { drawLengths } from './length-chart.ts'
import { lengthTable } from './length-table.ts'
import { drawQuantiles } from './quantile-charts.ts'
import type { QuantileCurve } from './quantile-curve.ts'
import type { ReportData, ReportPoint } from './report-data.ts'
import { requestTable } from './request-table.ts'
import { fillRunPanel } from './run-panel.ts'
import { drawScatter, scatterCharts } from './scatter-charts.ts'
import { drawSeries, seriesCharts } from './series-charts.ts'
import { slotWord } from './size-words.ts'
import { drawTimeline } from './timeline-chart.ts'
import { startZoom } from './timeline-zoom.ts'

export interface RunView {
  readonly parts: readonly DrawnPart[]
  /** Is called when another run is chosen. */
  onChoice(act: () => void): void
}

/** The parts of the page that show one run. The run with the most lanes that is not invalid comes first. */
export function startRunView(data: ReportData): RunView {
  const choice = document.getElementById('point') as HTMLSelectElement
  const table = document.getElementById('timeline-table') as HTMLDetailsElement
  choice.value = String(firstToShow(data))
  const shown: { point: ReportPoint; rows: TimelineRow[]; onChoice: () => void } = {
    point: data.points[Number(choice.value)]!,
    rows: [],
    onChoice: () => {},
  }
  const fillTable = () => {
    table.querySelector('.scroll')!.replaceChildren(...(table.open ? requestTable(shown.rows, shown.point.unit) : []))
  }
  const fill = () => {
    shown.point = data.points[Number(choice.value)]!
    shown.rows = decodeTimeline(shown.point.timeline)
    document.getElementById('timeline-note')!.textContent = leftOutNote(shown.point)
    fillRunPanel(shown.point)
    document.querySelector('#lengths-table .scroll')!.replaceChildren(lengthTable(shown.point.distributions))
    fillTable()
  }
  const choose = () => {
    fill()
    shown.onChoice()
  }
  fill()
  choice.addEventListener('change', choose)
  table.addEventListener('toggle', fillTable)
  leadHere((run) => {
    choice.value = String(run)
    choose()
    document.getElementById('run')!.scrollIntoView()
  })
  return {
    parts: partsOf(shown),
    onChoice: (act) => {
      shown.onChoice = act
    },
  }
}

function partsOf(shown: { readonly point: ReportPoint; readonly rows: readonly TimelineRow[] }): DrawnPart[] {
  const timeline = ChartPanel.at('chart-timeline', 'canvas')!
  startZoom(timeline)
  return [
    ...(['ttft', 'co_ttft', 'tpot', 'e2e'] as const).map(
      (name): DrawnPart => ({
        panel: ChartPanel.at(`chart-quantiles-${name}`)!,
        draw: (theme) => drawQuantiles(curveOf(shown.point, name), theme),
      }),
    ),
    ...Object.keys(seriesCharts).map(
      (id): DrawnPart => ({
        panel: ChartPanel.at(id)!,
        draw: (theme) => drawSeries(id, shown.point, theme),
      }),
    ),
    ...Object.keys(scatterCharts).map(
      (id): DrawnPart => ({
        panel: ChartPanel.at(id, 'canvas')!,
        draw: (theme) => drawScatter(id, shown, theme),
      }),
    ),
    { panel: timeline, draw: (theme) => drawTimeline(shown.point, shown.rows, theme) },
    ...(['input', 'output', 'think', 'turns'] as const).map(
      (name): DrawnPart => ({
        panel: ChartPanel.at(`chart-${name}`)!,
        draw: (theme) => drawLengths(shown.point.distributions.find((each) => each.name === name) ?? { name }, theme),
      }),
    ),
  ]
}

function curveOf({ quantiles }: ReportPoint, name: QuantileCurve['name']): QuantileCurve | undefined {
  return quantiles.find((curve) => curve.name === name)
}

/** Marks of charts and names in tables choose the run that they are of. */
function leadHere(choose: (run: number) => void): void {
  document.addEventListener(CHOOSE_RUN, (event) => choose((event as CustomEvent<number>).detail))
  for (const link of document.querySelectorAll<HTMLElement>('a[data-run]')) {
    link.addEventListener('click', () => choose(Number(link.dataset.run)))
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
