import type { LineSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Drawing } from './chart-panel.ts'
import { exactNumber, tickNumber } from './format-number.ts'
import type { LegendEntry } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import type { TipContent } from './tip-content.ts'

export interface PlottedLine extends Pick<LegendEntry, 'name' | 'colour' | 'dashed' | 'hollow'> {
  readonly symbol: 'circle' | 'triangle' | 'rect' | 'diamond' | 'arrow'
  readonly places: readonly {
    readonly x: number
    readonly y: number
    readonly tip: () => TipContent
    readonly run?: number
  }[]
}

export interface LinePlot {
  readonly lines: readonly PlottedLine[]
  readonly xTitle: string
  readonly yTitle: string
  readonly xMin?: number
  readonly xMax?: number
  readonly xValue?: (value: number) => string
  readonly yValue?: (value: number) => string
  readonly yMin?: number
  readonly yMax?: number
  /** Across, where the largest is more than thirty times the least, all above 0. */
  readonly xWide?: boolean
  /** Values at which the axis across is marked; default: even ones. */
  readonly xMarks?: readonly number[]
  /** Only where all values are above 0. */
  readonly logarithmic?: boolean
  /** Lines stand one upon the other, on the same places across. */
  readonly isStacked?: boolean
  readonly more?: Pick<LineSeriesOption, 'markArea' | 'markLine'>
}

/** Lines over numbers, such as time or a share. */
export function drawLinePlot(plot: LinePlot, theme: PageTheme): Drawing {
  const { lines, xTitle, yTitle, xMin, xMax, yMin, yMax, xMarks, more } = plot
  const xs = lines.flatMap(({ places }) => places.map(({ x }) => x))
  const isWide = plot.xWide && Math.min(...xs) > 0 && Math.max(...xs) > 30 * Math.min(...xs)
  const lowest = Math.min(...lines.flatMap(({ places }) => places.map(({ y }) => y)))
  const [across, up] = [axisStyle(theme, xTitle), axisStyle(theme, yTitle, 44)]
  return {
    legend: lines.map(({ places: _, ...entry }) => entry),
    option: {
      ...baseOption(theme),
      grid: { left: 60, right: 18, top: 22, bottom: 44 },
      xAxis: {
        ...across,
        type: isWide ? 'log' : 'value',
        ...(xMin !== undefined && { min: xMin }),
        ...(xMax !== undefined && { max: xMax }),
        axisLabel: {
          ...across.axisLabel,
          formatter: plot.xValue ?? tickNumber,
          ...(xMarks && { customValues: [...xMarks] }),
        },
      },
      yAxis: {
        ...up,
        type: plot.logarithmic && lowest > 0 ? 'log' : 'value',
        ...(yMin !== undefined && { min: yMin }),
        ...(yMax !== undefined && { max: yMax }),
        axisLabel: { ...up.axisLabel, formatter: plot.yValue ?? tickNumber },
      },
      series: lines.map((line, index) => ({
        ...plottedSeries(line, theme),
        ...(plot.isStacked && { stack: 'all', areaStyle: { color: line.colour, opacity: 0.35 } }),
        ...(index === 0 && more),
      })),
    },
  }
}

function plottedSeries(
  { name, colour, symbol, dashed, hollow, places }: PlottedLine,
  theme: PageTheme,
): LineSeriesOption {
  return {
    type: 'line',
    name,
    symbol,
    symbolSize: 5,
    showAllSymbol: true,
    lineStyle: { color: colour, width: 1.5, type: dashed ? 'dashed' : 'solid' },
    itemStyle: { color: hollow ? theme.paper : colour, borderColor: colour, borderWidth: 1.2 },
    data: places.map(({ x, y, tip, run }) => ({ value: [x, y], tip, ...(run !== undefined && { run }) })),
  }
}

/** A line of a tip, as it is shown and spoken. */
export function plainTip(
  title: string,
  lines: readonly (readonly [name: string, value: number | string])[],
): () => TipContent {
  return () => ({
    title,
    lines: lines.map(([name, value]) => [name, typeof value === 'number' ? exactNumber(value) : value] as const),
  })
}
