import type { LineSeriesOption, ScatterSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Drawing } from './chart-panel.ts'
import type { TimelineRow } from './decode-timeline.ts'
import { exactNumber, shortNumber, tickNumber } from './format-number.ts'
import { type LegendEntry, seriesSymbols } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import type { ReportPoint, Scatter, ScatterName } from './report-data.ts'
import { difference, requestTip } from './request-tip.ts'

interface ScatterChart {
  readonly name: ScatterName
  readonly xTitle: string
  readonly yTitle: string
  readonly across: (row: TimelineRow) => number | undefined
  readonly up: (row: TimelineRow) => number | undefined
  /** What tells places apart: the first kind that holds. */
  readonly kinds: readonly { readonly name: string; readonly holds: (row: TimelineRow) => boolean }[]
  /** What the line says, in words. */
  readonly told: (line: NonNullable<Scatter['line']>) => string
}

/** What is drawn of single requests, by the id of its chart. */
export const scatterCharts: Readonly<Record<string, ScatterChart>> = {
  'chart-prefill': {
    name: 'ttftByFreshInput',
    xTitle: 'prompt tokens that no cache held',
    yTitle: 'TTFT, ms',
    across: freshInput,
    up: ({ sentMs, firstTokenMs }) => difference(sentMs, firstTokenMs),
    kinds: [
      { name: 'hits under 50%', holds: (row) => hitShare(row) < 0.5 },
      { name: '50 to 90%', holds: (row) => hitShare(row) < 0.9 },
      { name: '90% and more', holds: () => true },
    ],
    told: ({ slope }) =>
      slope > 0 ? `line: ${shortNumber(1000 / slope)} tokens/s, queue and all` : 'line: does not rise with the tokens',
  },
  'chart-context': {
    name: 'tpotByContext',
    xTitle: 'tokens of the prompt',
    yTitle: 'TPOT, ms',
    across: ({ inputTokens }) => inputTokens,
    up: ({ tpotMs }) => tpotMs,
    kinds: [
      { name: 'root sessions', holds: ({ session }) => session.root },
      { name: 'subagents', holds: () => true },
    ],
    told: ({ slope }) => `line: ${exactNumber(Number((slope * 1e4).toPrecision(3)))} ms for each 10,000 tokens`,
  },
}

/** More places than this are one blot, and slow to draw. */
const PLACES_MAX = 4_000

/** One thing of single requests over another, and the line through all of them. */
export function drawScatter(
  id: string,
  { point, rows }: { readonly point: ReportPoint; readonly rows: readonly TimelineRow[] },
  theme: PageTheme,
): Drawing {
  const chart = scatterCharts[id]!
  const scatter = point.scatters[chart.name]
  const places = rows.flatMap((row) => {
    if (row.phase !== 'profiling' || row.outcome !== 'ok') return []
    const [x, y] = [chart.across(row), chart.up(row)]
    // An axis of logarithms has no place for 0.
    return x === undefined || y === undefined || y <= 0 ? [] : [{ row, x: Math.max(1, x), y }]
  })
  const every = Math.ceil(places.length / PLACES_MAX)
  const shown = places.filter((_, index) => index % every === 0)
  const kindOf = ({ row }: (typeof places)[number]) => chart.kinds.findIndex(({ holds }) => holds(row))
  const byKind = chart.kinds
    .map(({ name }, at) => ({
      look: { name, colour: theme.series[at]!, symbol: seriesSymbols[at]! } satisfies LegendEntry,
      own: shown.filter((place) => kindOf(place) === at),
    }))
    .filter(({ own }) => own.length > 0)
  const line = scatter?.line
  const [xs, ys] = [shown.map(({ x }) => x), shown.map(({ y }) => y)]
  return {
    legend: [
      ...byKind.map(({ look }) => look),
      ...(line ? [{ name: chart.told(line), colour: theme.ink, symbol: 'line' as const, dashed: true }] : []),
    ],
    option: {
      ...baseOption(theme),
      grid: { left: 60, right: 18, top: 14, bottom: 44 },
      xAxis: axisOver(xs, axisStyle(theme, chart.xTitle)),
      yAxis: axisOver(ys, axisStyle(theme, chart.yTitle, 44)),
      series: [
        ...byKind.map(
          ({ look: { name, colour, symbol }, own }): ScatterSeriesOption => ({
            type: 'scatter',
            name,
            symbol,
            symbolSize: 6,
            itemStyle: { color: colour, opacity: 0.65 },
            data: own.map(({ row, x, y }) => ({ value: [x, y], tip: () => requestTip(row, point.unit) })),
          }),
        ),
        ...(line ? [lineSeries(line, { name: chart.told(line), colour: theme.ink, xs })] : []),
      ],
    },
  }
}

/** In pieces, since it is straight on plain axes alone. */
function lineSeries(
  { slope, at0 }: NonNullable<Scatter['line']>,
  { name, colour, xs }: { readonly name: string; readonly colour: string; readonly xs: readonly number[] },
): LineSeriesOption {
  const [from, to] = endsOf(xs)
  const data = Array.from({ length: PIECES + 1 }, (_, i) => {
    const x = from * (to / from) ** (i / PIECES)
    return [x, at0 + slope * x] as const
  })
  return {
    type: 'line',
    name,
    symbol: 'none',
    silent: true,
    z: 3,
    lineStyle: { color: colour, width: 1.5, type: 'dashed' },
    data: data.filter(([, y]) => y > 0).map((place) => [...place]),
  }
}

const PIECES = 40

function axisOver(values: readonly number[], style: ReturnType<typeof axisStyle>) {
  const [least, most] = endsOf(values)
  const type = most / least > 30 ? ('log' as const) : ('value' as const)
  return { ...style, type, axisLabel: { ...style.axisLabel, formatter: tickNumber } }
}

function endsOf(values: readonly number[]): readonly [least: number, most: number] {
  return values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, 1])
}

function freshInput({ inputTokens, cachedTokens }: TimelineRow): number | undefined {
  return cachedTokens === undefined ? undefined : Math.max(0, inputTokens - cachedTokens)
}

function hitShare({ inputTokens, cachedTokens = 0 }: TimelineRow): number {
  return inputTokens > 0 ? cachedTokens / inputTokens : 0
}
