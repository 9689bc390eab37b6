import type { LineSeriesOption } from 'echarts'
import type { Drawing } from './chart-panel.ts'
import { formatShare } from './format-number.ts'
import { seriesSymbols } from './legend-entry.ts'
import { drawLinePlot, type PlottedLine, plainTip } from './line-plot.ts'
import type { PageTheme } from './page-theme.ts'
import type { ReportCapacity } from './report-data.ts'
import { type Whisker, whiskerSeries } from './whiskers.ts'

/** The share of requests that keep each objective over the size of the load, beside the share that has to. */
export function drawCapacity({ unit, objectives, sizes }: ReportCapacity, theme: PageTheme): Drawing {
  const places = objectives.map((_, at) =>
    sizes.flatMap(({ size, verdict, shares }) => {
      const { keptShare, uncertainty } = shares[at] ?? {}
      return keptShare === undefined ? [] : [{ size, verdict, keptShare, uncertainty }]
    }),
  )
  const lines = objectives.map(
    ({ text }, at): PlottedLine => ({
      name: text,
      colour: theme.series[at % theme.series.length]!,
      symbol: seriesSymbols[at % seriesSymbols.length]!,
      places: places[at]!.map(({ size, verdict, keptShare, uncertainty }) => ({
        x: size,
        y: keptShare,
        tip: plainTip(`${size} ${unit}`, [
          [`Keep ${text}`, formatShare(keptShare)],
          ['Uncertain by', uncertainty === undefined ? 'nobody can tell' : formatShare(uncertainty)],
          ['Verdict of this size', verdict],
        ]),
      })),
    }),
  )
  const least = Math.min(...places.flat().map(({ keptShare, uncertainty = 0 }) => keptShare - uncertainty))
  const drawing = drawLinePlot(
    {
      lines,
      xTitle: unit,
      yTitle: 'share of requests that keep it',
      yMin: Math.max(0, Math.floor(least * 10) / 10),
      yMax: 1,
      yValue: formatShare,
      xWide: true,
      more: {
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: theme.soft, type: 'dashed' },
          label: { color: theme.soft, position: 'insideStartBottom', formatter: '{b}' },
          data: [...new Set(objectives.map(({ wantedShare }) => wantedShare))].map((share) => ({
            yAxis: share,
            name: `wanted: ${formatShare(share)}`,
          })),
        },
      },
    },
    theme,
  )
  const whiskers = places.map((own, at) => {
    const reach = own.flatMap(({ size, keptShare, uncertainty }): Whisker[] =>
      uncertainty === undefined
        ? []
        : [
            [
              [size, Math.max(0, keptShare - uncertainty)],
              [size, Math.min(1, keptShare + uncertainty)],
            ],
          ],
    )
    return whiskerSeries(lines[at]!.name, lines[at]!.colour, reach)
  })
  return {
    ...drawing,
    option: { ...drawing.option, series: [...(drawing.option.series as LineSeriesOption[]), ...whiskers] },
  }
}
