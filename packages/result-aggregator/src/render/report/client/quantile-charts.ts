import type { Drawing } from './chart-panel.ts'
import { drawLinePlot, type PlottedLine, plainTip } from './line-plot.ts'
import type { PageTheme } from './page-theme.ts'
import { QUANTILE_SHARES, type QuantileCurve } from './quantile-curve.ts'

/** How a latency is spread, the upper end as wide as it matters: each nine as far as the one before. */
export function drawQuantiles(curve: QuantileCurve | undefined, theme: PageTheme): Drawing {
  const { n = 0, values = [], withFailures } = curve ?? {}
  const line = (name: string, of: readonly number[], colour: string, more: Pick<PlottedLine, 'symbol' | 'dashed'>) => ({
    name,
    colour,
    ...more,
    places: of.map((ms, index) => ({
      x: nines(QUANTILE_SHARES[index]!),
      y: ms,
      tip: plainTip(percentileName(QUANTILE_SHARES[index]!), [
        [`${name}, ms`, ms],
        ['n', n],
      ]),
    })),
  })
  return drawLinePlot(
    {
      lines: [
        line('ended well', values, theme.series[0]!, { symbol: 'circle' }),
        ...(withFailures
          ? [line('failures as infinite', withFailures, theme.failed, { symbol: 'triangle', dashed: true })]
          : []),
      ],
      xTitle: 'share of requests that are faster',
      yTitle: 'ms',
      xMin: 0,
      xMax: 3.05,
      xMarks: [0, 0.5, 0.9, 0.99, 0.999].map(nines),
      xValue: (x) => percentileName(1 - 10 ** -x),
      logarithmic: (values.at(-1) ?? 0) > 10 * (values[0] ?? 0),
    },
    theme,
  )
}

function nines(share: number): number {
  return -Math.log10(1 - share)
}

function percentileName(share: number): string {
  return share === 0 ? 'fastest' : `p${Number((share * 100).toFixed(1))}`
}
