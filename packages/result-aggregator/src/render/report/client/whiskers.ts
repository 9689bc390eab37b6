import type { LineSeriesOption } from 'echarts'

/** A whisker from one place to another. */
export type Whisker = readonly [from: readonly [number, number], to: readonly [number, number]]

/** Whiskers of a series, as lines that its legend entry switches with it. */
export function whiskerSeries(name: string, colour: string, whiskers: readonly Whisker[]): LineSeriesOption {
  return {
    type: 'line',
    name,
    symbol: 'none',
    silent: true,
    z: 1,
    lineStyle: { color: colour, width: 1.2, opacity: 0.6, type: 'solid' },
    data: whiskers.flatMap(([from, to]) => [[...from], [...to], ['-', '-']]),
  }
}
