import { axisStyle, baseOption, type Drawing } from '../../report/client/chart-panel.ts'
import { exactNumber, formatShare, shortNumber } from '../../report/client/format-number.ts'
import { seriesSymbols } from '../../report/client/legend-entry.ts'
import type { PageTheme } from '../../report/client/page-theme.ts'
import type { CurveChart, CurveUnit } from './curve-data.ts'

const dashes = ['solid', 'dashed', 'dotted', 'solid'] as const

/** Lines that differ in dash and mark besides colour. An axis is logarithmic where its values are above 0 and span more than a factor of thirty. */
export function drawCurves({ xTitle, yTitle, xUnit, yUnit, even, curves }: CurveChart, theme: PageTheme): Drawing {
  const styles = curves.map(({ name }, index) => ({
    ...{ name, colour: theme.series[index]!, symbol: seriesSymbols[index % seriesSymbols.length]! },
    dash: dashes[index % dashes.length]!,
  }))
  const xs = curves.flatMap(({ points }) => points.map(([x]) => x))
  const xStyle = axisStyle(theme, xTitle)
  const yStyle = axisStyle(theme, yTitle, 48)
  return {
    legend: styles.map(({ name, colour, symbol, dash }) => ({
      name,
      colour,
      symbol,
      ...(dash !== 'solid' && { dashed: true }),
    })),
    option: {
      ...baseOption(theme),
      grid: { left: 64, right: 18, top: 12, bottom: 46 },
      xAxis: {
        ...xStyle,
        type: !even && isWide(xs) ? 'log' : 'value',
        scale: true,
        axisLabel: { ...xStyle.axisLabel, formatter: (value: number) => axisText(value, xUnit) },
      },
      yAxis: {
        ...yStyle,
        type: 'value',
        axisLabel: { ...yStyle.axisLabel, formatter: (value: number) => axisText(value, yUnit) },
      },
      series: curves.map(({ name, points }, index) => ({
        type: 'line' as const,
        name,
        symbol: styles[index]!.symbol,
        symbolSize: points.length > 60 ? 2.5 : 5,
        showAllSymbol: true,
        lineStyle: { color: styles[index]!.colour, width: 1.5, type: styles[index]!.dash },
        itemStyle: { color: styles[index]!.colour },
        data: points.map(([x, y]) => ({
          value: [x, y],
          tip: () => ({
            title: name,
            lines: [
              [xTitle, exactText(x, xUnit)],
              [yTitle, exactText(y, yUnit)],
            ] as const,
          }),
        })),
      })),
    },
  }
}

function isWide(values: readonly number[]): boolean {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least > 0 && most / least > 30
}

function axisText(value: number, unit: CurveUnit): string {
  if (unit === 'share') return `${Math.round(value * 100)}%`
  return unit === 'ms' ? timeText(value, (time) => shortNumber(time)) : shortNumber(value)
}

function exactText(value: number, unit: CurveUnit): string {
  if (unit === 'share') return formatShare(value)
  return unit === 'ms' ? timeText(value, exactNumber) : exactNumber(value)
}

function timeText(ms: number, text: (time: number) => string): string {
  if (ms >= 3_600_000) return `${text(ms / 3_600_000)} h`
  if (ms >= 60_000) return `${text(ms / 60_000)} min`
  return ms >= 1000 ? `${text(ms / 1000)} s` : `${text(ms)} ms`
}
