import type { LineSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Datum, type Drawing } from './chart-panel.ts'
import { exactNumber, formatEnds, tickNumber } from './format-number.ts'
import { type LegendEntry, seriesSymbols } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import { type Place, paretoFrontier, stairsOf } from './pareto-frontier.ts'
import type { Ends, ReportMark } from './report-data.ts'
import { type Whisker, whiskerSeries } from './whiskers.ts'

export interface PlacedMark extends Place {
  readonly endsX?: Ends | undefined
  readonly endsY?: Ends | undefined
  readonly mark: ReportMark
  /** Requests behind what lies across. */
  readonly n?: number | undefined
}

export interface PlaceChart {
  readonly groups: readonly string[]
  readonly placed: readonly PlacedMark[]
  readonly xTitle: string
  readonly yTitle: string
  readonly better: 'higher-x' | 'lower-x'
  /** Less is better on the axis that goes up, as of a price. */
  readonly lowerY?: boolean
}

/** Marks over two figures, with the frontier of all runs of the same work. Marks that their own group beats are hollow. */
export function drawPlaces(chart: PlaceChart, theme: PageTheme): Drawing {
  const { groups, placed, xTitle, yTitle } = chart
  const byGroup = groups.map((_, group) => placed.filter(({ mark }) => mark.group === group))
  const legend = groups.map((name, group): LegendEntry => ({ name, ...styleOf(group, theme) }))
  const series = byGroup.map((ofGroup, group): LineSeriesOption => {
    const best = new Set(frontierOf(ofGroup, chart).map(({ mark }) => mark))
    const { colour, symbol } = styleOf(group, theme)
    return {
      type: 'line',
      name: groups[group]!,
      symbol,
      symbolSize: symbol === 'circle' || symbol === 'rect' ? 9 : 11,
      showAllSymbol: true,
      lineStyle: { color: colour, width: 1, opacity: 0.45 },
      // With an edge of paper, so that a whisker behind it does not strike it through.
      label: {
        ...{ show: true, position: 'top', color: theme.soft, fontSize: 11, formatter: laneLabel },
        ...{ textBorderColor: theme.paper, textBorderWidth: 3 },
      },
      labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' },
      emphasis: { scale: 1.4 },
      data: ofGroup.map((each) => datumOf(each, chart, best.has(each.mark), colour, theme)),
    }
  })
  const workloads = [...Map.groupBy(placed, ({ mark }) => mark.workload).values()]
  const frontiers = workloads.map(
    (alike): LineSeriesOption => ({
      type: 'line',
      name: FRONTIER,
      symbol: 'none',
      silent: true,
      z: 1,
      lineStyle: { color: theme.soft, type: 'dashed', width: 1.5 },
      data: stairsOf(frontierOf(alike, chart), chart.better).map(([x, y]) => [x, turned(y, chart)]),
    }),
  )
  return {
    legend: [...legend, { name: FRONTIER, colour: theme.soft, symbol: 'line', dashed: true }],
    option: {
      ...baseOption(theme),
      grid: { left: 64, right: 24, top: 18, bottom: 46 },
      xAxis: {
        ...axisStyle(theme, xTitle),
        type: isWide(chart) ? 'log' : 'value',
        scale: true,
        axisLabel: { ...axisStyle(theme, '').axisLabel, formatter: tickNumber },
      },
      yAxis: {
        ...axisStyle(theme, yTitle, 48),
        type: 'value',
        axisLabel: { ...axisStyle(theme, '').axisLabel, formatter: tickNumber },
      },
      series: [
        ...series,
        ...byGroup.map((ofGroup, group) => placeWhiskers(ofGroup, groups[group]!, styleOf(group, theme).colour)),
        ...frontiers,
      ],
    },
  }
}

/** Times of which one is thirty times another and more stand on an axis of logarithms. */
function isWide({ placed, better }: PlaceChart): boolean {
  const xs = placed.map(({ x }) => x)
  return better === 'lower-x' && Math.min(...xs) > 0 && Math.max(...xs) > 30 * Math.min(...xs)
}

const FRONTIER = 'Pareto frontier'

/** With less turned into more, where less is better. */
function frontierOf(placed: readonly PlacedMark[], chart: PlaceChart): PlacedMark[] {
  return paretoFrontier(
    placed.map((each) => ({ ...each, y: turned(each.y, chart) })),
    chart.better,
  )
}

function turned(y: number, { lowerY }: PlaceChart): number {
  return lowerY ? 1 / y : y
}

/** The look of a group: colour and mark change together. */
export function styleOf(group: number, theme: PageTheme) {
  return {
    colour: theme.series[group % theme.series.length]!,
    symbol: seriesSymbols[group % seriesSymbols.length]!,
  }
}

function placeWhiskers(placed: readonly PlacedMark[], name: string, colour: string): LineSeriesOption {
  const whiskers = placed.flatMap(({ x, y, endsX, endsY }): Whisker[] => [
    ...(endsX
      ? [
          [
            [endsX[0], y],
            [endsX[1], y],
          ] as const,
        ]
      : []),
    ...(endsY
      ? [
          [
            [x, endsY[0]],
            [x, endsY[1]],
          ] as const,
        ]
      : []),
  ])
  return whiskerSeries(name, colour, whiskers)
}

function datumOf(
  { x, y, endsX, endsY, mark, n }: PlacedMark,
  { xTitle, yTitle }: PlaceChart,
  best: boolean,
  colour: string,
  theme: PageTheme,
) {
  const tip: Datum['tip'] = () => ({
    title: mark.label,
    lines: [
      [yTitle, exactNumber(y)],
      ...(endsY ? [['95 % interval', formatEnds(endsY)] as const] : []),
      [xTitle, exactNumber(x)],
      ...(endsX ? [['95 % interval', formatEnds(endsX)] as const] : []),
      ...(n === undefined ? [] : [['n', exactNumber(n)] as const]),
      ['Verdict', mark.verdict],
    ],
    remark: `${best ? 'On the frontier of its group' : 'Beaten by another run of its group'}. Enter or a click shows the run`,
  })
  return {
    value: [x, y],
    lanes: mark.lanes,
    tip,
    run: mark.runs[0]!,
    itemStyle: { color: best ? colour : theme.paper, borderColor: colour, borderWidth: 1.6 },
  }
}

function laneLabel({ data }: { data?: unknown }): string {
  return String((data as { lanes: number }).lanes)
}
