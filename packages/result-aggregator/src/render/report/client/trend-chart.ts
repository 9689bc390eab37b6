import type { LineSeriesOption } from 'echarts'
import { axisStyle, baseOption, type Drawing } from './chart-panel.ts'
import { exactNumber, formatEnds, tickNumber } from './format-number.ts'
import { liesApart } from './lies-apart.ts'
import type { PageTheme } from './page-theme.ts'
import { styleOf } from './place-chart.ts'
import type { FigureName, ReportData, ReportMark, ReportTrend } from './report-data.ts'
import { whiskerSeries } from './whiskers.ts'

/** A figure from revision to revision, a line for each point that was measured again. A mark is filled where its interval and that of the one before lie apart. */
export function drawTrend(
  { marks, trends = [] }: ReportData,
  { figure, title }: { readonly figure: FigureName; readonly title: string },
  theme: PageTheme,
): Drawing {
  const revisions = [...new Set(trends.flatMap(({ steps }) => steps.map(({ revision }) => revision)))]
  const looks = trends.map(({ name }, index) => ({ name, ...styleOf(index, theme) }))
  return {
    legend: looks.map((look) => ({ ...look, hollow: true })),
    option: {
      ...baseOption(theme),
      grid: { left: 64, right: 24, top: 18, bottom: 46 },
      xAxis: { ...axisStyle(theme, 'revision'), type: 'category', data: revisions },
      yAxis: {
        ...axisStyle(theme, title, 48),
        type: 'value',
        scale: true,
        axisLabel: { ...axisStyle(theme, '').axisLabel, formatter: tickNumber },
      },
      series: [
        ...trends.map((trend, index): LineSeriesOption => {
          const { name, colour, symbol } = looks[index]!
          return {
            type: 'line',
            name,
            symbol,
            symbolSize: 9,
            showAllSymbol: true,
            lineStyle: { color: colour, width: 1.2 },
            data: stepsOf(trend, { marks, revisions, figure, title, colour, paper: theme.paper }),
          }
        }),
        ...trends.map(({ steps }, index) =>
          whiskerSeries(
            looks[index]!.name,
            looks[index]!.colour,
            steps.flatMap(({ mark, revision }) => {
              const ends = marks[mark]!.ends[figure]
              const at = revisions.indexOf(revision)
              return ends
                ? [
                    [
                      [at, ends[0]],
                      [at, ends[1]],
                    ] as const,
                  ]
                : []
            }),
          ),
        ),
      ],
    },
  }
}

interface Steps {
  readonly marks: readonly ReportMark[]
  readonly revisions: readonly string[]
  readonly figure: FigureName
  readonly title: string
  readonly colour: string
  readonly paper: string
}

function stepsOf({ steps }: ReportTrend, { marks, revisions, figure, title, colour, paper }: Steps) {
  return steps.flatMap(({ mark: index, revision }, step) => {
    const mark = marks[index]!
    const before = step > 0 ? marks[steps[step - 1]!.mark] : undefined
    const [value, ends] = [mark.figures[figure], mark.ends[figure]]
    if (value === undefined) return []
    const earlier = before?.figures[figure]
    const changed = liesApart(ends, before?.ends[figure])
    const tip = () => ({
      title: `${revision}: ${mark.label}`,
      lines: [
        [title, exactNumber(value)] as const,
        ...(ends ? [['95 % interval', formatEnds(ends)] as const] : []),
        ...(earlier ? [['against the one before', `${(100 * (value / earlier - 1)).toFixed(1)} %`] as const] : []),
        ['Verdict', mark.verdict] as const,
      ],
      remark: changed ? 'The intervals lie apart: it changed' : 'Not shown to have changed',
    })
    const itemStyle = { color: changed ? colour : paper, borderColor: colour, borderWidth: 1.6 }
    return [{ value: [revisions.indexOf(revision), value], tip, run: mark.runs[0]!, itemStyle }]
  })
}
