import type { LineSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Datum, type Drawing } from './chart-panel.ts'
import { exactNumber, formatEnds, shortNumber } from './format-number.ts'
import { type LegendEntry, seriesSymbols } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import { type Place, paretoFrontier, stairsOf } from './pareto-frontier.ts'
import type { Ends, LatencyName, PercentileName, ReportData, ReportMark, ThroughputName } from './report-data.ts'
import { type Whisker, whiskerSeries } from './whiskers.ts'

export interface TradeoffChoice {
  readonly y: ThroughputName
  readonly x: LatencyName
  readonly percentile: PercentileName
  readonly perGpu: boolean
}

interface PlacedMark extends Place {
  readonly endsX?: Ends | undefined
  readonly endsY?: Ends | undefined
  readonly mark: ReportMark
}

/** Throughput over what a user feels, a mark per run, with the frontier of all runs of the same work. Marks that their own group beats are hollow. */
export function drawTradeoff({ groups, marks }: ReportData, choice: TradeoffChoice, theme: PageTheme): Drawing {
  const better = isSpeed(choice.x) ? 'higher-x' : 'lower-x'
  const placed = marks.flatMap((mark) => placeOf(mark, choice))
  const byGroup = groups.map((_, group) => placed.filter(({ mark }) => mark.group === group))
  const legend = groups.map((name, group): LegendEntry => ({ name, ...styleOf(group, theme) }))
  const series = byGroup.map((ofGroup, group): LineSeriesOption => {
    const best = new Set(paretoFrontier(ofGroup, better).map(({ mark }) => mark))
    const { colour, symbol } = styleOf(group, theme)
    return {
      type: 'line',
      name: groups[group]!,
      symbol,
      symbolSize: symbol === 'circle' || symbol === 'rect' ? 9 : 11,
      showAllSymbol: true,
      lineStyle: { color: colour, width: 1, opacity: 0.45 },
      label: { show: true, position: 'top', color: theme.soft, fontSize: 11, formatter: laneLabel },
      labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' },
      emphasis: { scale: 1.4 },
      data: ofGroup.map((each) => datumOf(each, choice, best.has(each.mark), colour, theme)),
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
      data: stairsOf(paretoFrontier(alike, better), better),
    }),
  )
  return {
    legend: [...legend, { name: FRONTIER, colour: theme.soft, symbol: 'line', dashed: true }],
    option: {
      ...baseOption(theme),
      grid: { left: 64, right: 24, top: 18, bottom: 46 },
      xAxis: {
        ...axisStyle(theme, `${latencyTitles[choice.x]} ${choice.percentile}`),
        type: 'value',
        scale: true,
        axisLabel: { ...axisStyle(theme, '').axisLabel, formatter: shortNumber },
      },
      yAxis: {
        ...axisStyle(theme, yTitle(choice), 48),
        type: 'value',
        axisLabel: { ...axisStyle(theme, '').axisLabel, formatter: shortNumber },
      },
      series: [
        ...series,
        ...byGroup.map((ofGroup, group) => tradeoffWhiskers(ofGroup, groups[group]!, styleOf(group, theme).colour)),
        ...frontiers,
      ],
    },
  }
}

const FRONTIER = 'Pareto frontier'

/** Higher is better. */
export function isSpeed(name: LatencyName): boolean {
  return name.endsWith('interactivity')
}

export const latencyTitles: Record<LatencyName, string> = {
  interactivity: 'Interactivity, tokens/s,',
  e2e_interactivity: 'Interactivity with the wait, tokens/s,',
  co_ttft: 'TTFT from due, ms,',
  ttft: 'TTFT, ms,',
  tpot: 'TPOT, ms,',
  e2e: 'E2E, ms,',
}

const throughputTitles: Record<ThroughputName, string> = {
  output: 'Output',
  freshInput: 'Fresh input',
  input: 'Input',
  total: 'Input and output',
}

function yTitle({ y, perGpu }: TradeoffChoice): string {
  return `${throughputTitles[y]}, tokens/s${perGpu ? ' per GPU' : ''}`
}

/** The look of a group: colour and mark change together. */
export function styleOf(group: number, theme: PageTheme) {
  return {
    colour: theme.series[group % theme.series.length]!,
    symbol: seriesSymbols[group % seriesSymbols.length]!,
  }
}

function placeOf(mark: ReportMark, { x, y, percentile, perGpu }: TradeoffChoice): PlacedMark[] {
  const { figures, ends } = mark
  const across = figures[`${x}.${percentile}`]
  const up = figures[y]
  const gpus = perGpu ? mark.gpus : 1
  if (across === undefined || up === undefined || gpus === undefined) return []
  const whole = ends[y]
  const endsY = whole && ([whole[0] / gpus, whole[1] / gpus] as const)
  return [{ x: across, y: up / gpus, endsX: ends[`${x}.${percentile}`], endsY, mark }]
}

function tradeoffWhiskers(placed: readonly PlacedMark[], name: string, colour: string): LineSeriesOption {
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
  { x, y, endsX, endsY, mark }: PlacedMark,
  choice: TradeoffChoice,
  best: boolean,
  colour: string,
  theme: PageTheme,
) {
  const tip: Datum['tip'] = () => ({
    title: mark.label,
    lines: [
      [yTitle(choice), exactNumber(y)],
      ...(endsY ? [['95 % interval', formatEnds(endsY)] as const] : []),
      [`${latencyTitles[choice.x]} ${choice.percentile}`, exactNumber(x)],
      ...(endsX ? [['95 % interval', formatEnds(endsX)] as const] : []),
      ['n', exactNumber(mark.n[choice.x])],
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
