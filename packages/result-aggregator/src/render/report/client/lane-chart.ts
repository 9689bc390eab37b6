import type { LineSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Drawing } from './chart-panel.ts'
import { exactNumber, formatEnds, tickNumber } from './format-number.ts'
import type { LegendEntry, LegendSymbol } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import type { FigureName, ReportMark } from './report-data.ts'
import { sizeWords } from './size-words.ts'
import { whiskerSeries } from './whiskers.ts'

/** A figure of every run over its lanes. */
export interface LaneSeries {
  readonly name: string
  readonly colour: string
  readonly symbol: Exclude<LegendSymbol, 'line' | 'tall' | 'low' | 'band'>
  readonly hollow?: boolean
  readonly dash?: 'dashed' | 'dotted'
  readonly marks: readonly ReportMark[]
  readonly figure: FigureName
}

export interface LaneChart {
  readonly yTitle: string
  readonly series: readonly LaneSeries[]
  /** How a value is written on the axis. */
  readonly axisValue?: (value: number) => string
  readonly exactValue?: (value: number) => string
  readonly max?: number
  /** Levels that mean something, drawn as lines. */
  readonly levels?: readonly { readonly at: number; readonly name: string }[]
  /** Sizes that mean something, likewise. */
  readonly places?: readonly { readonly lanes: number; readonly name: string }[]
}

/** Lines over lanes, a mark per run. The axis is logarithmic where the values span more than a factor of thirty. */
export function drawByLanes(chart: LaneChart, theme: PageTheme): Drawing {
  const lanes = [...new Set(chart.series.flatMap(({ marks }) => marks.map((mark) => mark.lanes)))].sort(
    (one, other) => one - other,
  )
  const { axis } = sizeWords(chart.series.flatMap(({ marks }) => marks.map(({ unit }) => unit)))
  const values = chart.series.flatMap(({ marks, figure }) => marks.flatMap(({ figures }) => figures[figure] ?? []))
  const logarithmic =
    chart.max === undefined && Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 30
  const style = axisStyle(theme, chart.yTitle, 44)
  return {
    legend: chart.series.map(legendOf),
    option: {
      ...baseOption(theme),
      grid: { left: 60, right: 18, top: 14, bottom: 44 },
      xAxis: { ...axisStyle(theme, axis), type: 'category', data: lanes.map(String) },
      yAxis: {
        ...style,
        type: logarithmic ? 'log' : 'value',
        ...(chart.max !== undefined && { max: chart.max }),
        axisLabel: { ...style.axisLabel, formatter: chart.axisValue ?? tickNumber },
      },
      series: [
        ...chart.series.map((each, index) => seriesOf(each, chart, lanes, theme, index === 0)),
        ...chart.series.map((each) => laneWhiskers(each, lanes)),
      ],
    },
  }
}

function laneWhiskers({ name, colour, marks, figure }: LaneSeries, lanes: readonly number[]): LineSeriesOption {
  const whiskers = marks.flatMap((mark) => {
    const ends = mark.ends[figure]
    const at = lanes.indexOf(mark.lanes)
    return ends ? [[[at, ends[0]] as const, [at, ends[1]] as const] as const] : []
  })
  return whiskerSeries(name, colour, whiskers)
}

function seriesOf(
  { name, colour, symbol, hollow, dash, marks, figure }: LaneSeries,
  { yTitle, exactValue = exactNumber, levels = [], places = [] }: LaneChart,
  lanes: readonly number[],
  theme: PageTheme,
  withLevels: boolean,
): LineSeriesOption {
  return {
    type: 'line',
    name,
    symbol,
    symbolSize: symbol === 'circle' || symbol === 'rect' ? 7 : 9,
    showAllSymbol: true,
    lineStyle: { color: colour, width: 1.5, type: dash ?? 'solid' },
    itemStyle: { color: hollow ? theme.paper : colour, borderColor: colour, borderWidth: 1.5 },
    data: marks.flatMap((mark) => {
      const value = mark.figures[figure]
      if (value === undefined) return []
      const ends = mark.ends[figure]
      const tip = () => ({
        title: mark.label,
        lines: [
          [`${name}, ${yTitle}`, exactValue(value)],
          ...(ends ? [['95 % interval', formatEnds(ends, exactValue)] as const] : []),
          ['Verdict', mark.verdict],
        ] as const,
        remark: 'Enter or a click shows the run',
      })
      return [{ value: [lanes.indexOf(mark.lanes), value], tip, run: mark.runs[0]! }]
    }),
    ...(withLevels &&
      levels.length + places.length > 0 && {
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: theme.soft, type: 'dashed' },
          label: { color: theme.soft, position: 'insideEndTop', formatter: '{b}' },
          data: [
            ...levels.map(({ at, name: levelName }) => ({ yAxis: at, name: levelName })),
            ...places.map(({ lanes: at, name: placeName }) => ({
              ...{ xAxis: lanes.indexOf(at), name: placeName },
              label: { rotate: 0, position: 'end' as const, distance: 2 },
            })),
          ],
        },
      }),
  }
}

function legendOf({ name, colour, symbol, hollow, dash }: LaneSeries): LegendEntry {
  return { name, colour, symbol, ...(hollow && { hollow }), ...(dash && { dashed: true }) }
}
