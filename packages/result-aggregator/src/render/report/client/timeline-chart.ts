import type { CustomSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Drawing } from './chart-panel.ts'
import type { TimelineRow } from './decode-timeline.ts'
import { layoutTimeline, type TimelineLayout } from './layout-timeline.ts'
import type { PageTheme } from './page-theme.ts'
import type { ReportPoint } from './report-data.ts'
import { requestTip } from './request-tip.ts'
import { type SizeUnit, slotWord } from './size-words.ts'
import { breakLines, phaseAreas } from './timeline-marks.ts'
import { mixColours, type TimelineShape, timelineShapes } from './timeline-shapes.ts'

const BELOW_PX = 44
/** Taller than this, and the axis below may be out of sight: it stands above too. */
const ONE_AXIS_PX = 500

/** A bar per request, in a band per lane, over the phases of the run. */
export function drawTimeline(point: ReportPoint, rows: readonly TimelineRow[], theme: PageTheme): Drawing {
  const layout = layoutTimeline(rows)
  const endMs = Math.max(0, ...rows.map(({ doneMs }) => doneMs), ...point.phases.map((phase) => phase.endMs ?? 0))
  const labelled = everyNth(layout)
  const twice = layout.heightPx > ONE_AXIS_PX
  const abovePx = twice ? 46 : 26
  return {
    heightPx: layout.heightPx + abovePx + BELOW_PX,
    legend: [
      { name: 'waiting and prefill', colour: theme.wait, symbol: 'tall', fixed: true },
      { name: 'decode', colour: theme.decode, symbol: 'low', fixed: true },
      { name: 'failed', colour: theme.failed, symbol: 'tall', hollow: true, fixed: true },
      { name: 'cancelled or not sent', colour: theme.soft, symbol: 'tall', hollow: true, fixed: true },
      { name: ROOTS, colour: theme.ink, symbol: 'tall' },
      { name: SUBAGENTS, colour: theme.ink, symbol: 'low' },
    ],
    option: {
      ...baseOption(theme),
      grid: { left: 62, right: 14, top: abovePx, height: layout.heightPx },
      xAxis: [
        timeAxis(theme, endMs),
        { ...timeAxis(theme, endMs), name: '', position: 'top', show: twice, splitLine: { show: false } },
      ],
      yAxis: {
        ...axisStyle(theme, ''),
        type: 'value',
        inverse: true,
        min: 0,
        max: layout.heightPx,
        splitLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          color: theme.soft,
          fontSize: 11,
          customValues: labelled.map(({ topPx }) => topPx + 6),
          formatter: (value: number) =>
            `${slotWord(point.unit)} ${labelled.find(({ topPx }) => topPx + 6 === value)?.lane ?? ''}`,
        },
      },
      dataZoom: [
        { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none', xAxisIndex: [0, 1] },
      ],
      series: [
        {
          ...spanSeries(layout, theme),
          markArea: phaseAreas(point.phases, endMs, theme, twice),
          ...breakLines(point, theme),
        },
        barSeries({ name: ROOTS, root: true, unit: point.unit }, rows, layout, theme),
        barSeries({ name: SUBAGENTS, root: false, unit: point.unit }, rows, layout, theme),
      ],
    },
  }
}

const ROOTS = 'root sessions'
const SUBAGENTS = 'subagents'

function barSeries(
  { name, root, unit }: { readonly name: string; readonly root: boolean; readonly unit: SizeUnit },
  rows: readonly TimelineRow[],
  { bars }: TimelineLayout,
  theme: PageTheme,
): CustomSeriesOption {
  const own = rows.flatMap((row, index) => (row.session.root === root ? [{ row, bar: bars[index]! }] : []))
  return {
    type: 'custom',
    name,
    clip: true,
    z: 3,
    encode: { x: [0, 1], y: 2 },
    data: own.map(({ row, bar }) => ({
      value: [row.beginMs, row.doneMs, bar.topPx],
      tip: () => requestTip(row, unit),
    })),
    renderItem: ({ dataIndex }, api) => {
      const { row, bar } = own[dataIndex]!
      const at = (ms: number) => api.coord([ms, bar.topPx]) as [number, number]
      return {
        type: 'group',
        name: 'request',
        children: timelineShapes(row, bar.heightPx, at, theme) as TimelineShape[],
      }
    },
  }
}

/** The thin line of each session. */
function spanSeries({ spans }: TimelineLayout, theme: PageTheme): CustomSeriesOption {
  const colour = mixColours(theme.soft, theme.paper, 0.5)
  return {
    type: 'custom',
    silent: true,
    clip: true,
    z: 2,
    encode: { x: [0, 1], y: 2 },
    data: spans.map(({ fromMs, toMs, topPx }) => ({ value: [fromMs, toMs, topPx] })),
    renderItem: ({ dataIndex }, api) => {
      const { fromMs, toMs, topPx, heightPx } = spans[dataIndex]!
      const [from, to] = [api.coord([fromMs, topPx]), api.coord([toMs, topPx])]
      const shape = {
        x: from[0]!,
        y: from[1]! + Math.floor(heightPx / 2),
        width: Math.max(1, to[0]! - from[0]!),
        height: 1,
      }
      return { type: 'rect', shape, style: { fill: colour } }
    },
  }
}

/** Lanes that get a label: so few that the labels stay apart. */
function everyNth({ lanes }: TimelineLayout): TimelineLayout['lanes'] {
  return lanes.filter(({ topPx }, index) => index === 0 || topPx - lanes[index - 1]!.topPx >= 12)
}

function timeAxis(theme: PageTheme, endMs: number) {
  const style = axisStyle(theme, 'since the start of the run')
  return {
    ...style,
    type: 'value' as const,
    min: 0,
    max: endMs,
    axisLabel: { ...style.axisLabel, formatter: axisTime, showMaxLabel: false },
  }
}

/** One unit for the whole axis, which may be zoomed down to parts of it. */
function axisTime(ms: number): string {
  return ms === 0 ? '0' : `${(ms / 1_000).toLocaleString('en-US')} s`
}
