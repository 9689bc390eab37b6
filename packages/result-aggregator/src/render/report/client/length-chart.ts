import { axisStyle, baseOption, type Drawing } from './chart-panel.ts'
import { exactNumber, formatShare, shortNumber } from './format-number.ts'
import type { PageTheme } from './page-theme.ts'
import type { Comparison, Histogram } from './report-data.ts'

const kinds = ['replayed', 'planned'] as const

export const lengthTitles: Record<Comparison['name'], string> = {
  input: 'tokens of the prompt',
  output: 'tokens of the reply',
  think: 'seconds',
  turns: 'turns',
}

/** Shares of values in bins that double, as replayed and as planned. */
export function drawLengths(comparison: Comparison, theme: PageTheme): Drawing {
  const present = kinds.flatMap((kind) => comparison[kind] ?? [])
  const withZeros = present.some(({ zeros }) => zeros > 0)
  const first = Math.min(...present.map((each) => each.first))
  const end = Math.max(...present.map((each) => each.first + each.counts.length))
  const bins = present.length === 0 ? [] : Array.from({ length: end - first }, (_, index) => first + index)
  const labels = [...(withZeros ? ['0'] : []), ...bins.map((bin) => shortNumber(2 ** bin))]
  const title = lengthTitles[comparison.name]
  return {
    legend: [
      { name: 'replayed', colour: theme.series[0]!, symbol: 'tall' },
      { name: 'planned', colour: theme.soft, symbol: 'tall', hollow: true },
    ],
    option: {
      ...baseOption(theme),
      grid: { left: 52, right: 12, top: 12, bottom: 44 },
      xAxis: {
        ...axisStyle(theme, `${title}, from`),
        type: 'category',
        data: labels,
        axisTick: { alignWithLabel: true },
      },
      yAxis: {
        ...axisStyle(theme, ''),
        type: 'value',
        axisLabel: { color: theme.soft, fontSize: 11.5, formatter: (share: number) => `${Math.round(share * 100)}%` },
      },
      series: kinds.map((kind, index) => ({
        type: 'bar' as const,
        name: kind,
        barGap: '8%',
        barCategoryGap: '22%',
        itemStyle:
          index === 0 ? { color: theme.series[0]! } : { color: theme.paper, borderColor: theme.soft, borderWidth: 1.3 },
        data: barsOf(comparison[kind], { kind, first, bins, withZeros, title }),
      })),
    },
  }
}

interface Bars {
  readonly kind: string
  readonly first: number
  readonly bins: readonly number[]
  readonly withZeros: boolean
  readonly title: string
}

function barsOf(histogram: Histogram | undefined, { kind, bins, withZeros, title }: Bars) {
  if (!histogram) return []
  const bar = (count: number, range: string, place: number) => ({
    value: [place, count / histogram.n],
    tip: () => ({
      title: `${range} ${title}`,
      lines: [
        [kind, formatShare(count / histogram.n)],
        ['count', `${exactNumber(count)} of ${exactNumber(histogram.n)}`],
      ] as const,
    }),
  })
  const counts = bins.map((bin) => histogram.counts[bin - histogram.first] ?? 0)
  return [
    ...(withZeros ? [bar(histogram.zeros, '0', 0)] : []),
    ...bins.map((bin, index) =>
      bar(counts[index]!, `${shortNumber(2 ** bin)} to ${shortNumber(2 ** (bin + 1))}`, index + (withZeros ? 1 : 0)),
    ),
  ]
}
