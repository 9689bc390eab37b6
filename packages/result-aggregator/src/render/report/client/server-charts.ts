import type { Drawing } from './chart-panel.ts'
import { formatShare } from './format-number.ts'
import { drawByLanes, type LaneSeries } from './lane-chart.ts'
import { seriesSymbols } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import { styleOf } from './place-chart.ts'
import type { ReportData } from './report-data.ts'
import { serverCharts } from './server-chart-list.ts'

export function drawServer({ groups, marks }: ReportData, id: string, theme: PageTheme): Drawing {
  const { yTitle, isShare, figures } = serverCharts[id]!
  const single = groups.length === 1
  const series = groups.flatMap((group, index) => {
    const own = marks.filter((mark) => mark.group === index)
    return figures.flatMap(([figure, title], at): LaneSeries[] => {
      if (own.every((mark) => mark.figures[figure] === undefined)) return []
      const look = single ? { colour: theme.series[at]!, symbol: seriesSymbols[at]! } : styleOf(index, theme)
      return [
        {
          ...look,
          name: single ? title : `${group}, ${title}`,
          marks: own,
          figure,
          ...(at > 0 && { hollow: true, dash: at === 1 ? ('dashed' as const) : ('dotted' as const) }),
        },
      ]
    })
  })
  const asShare = isShare ? { max: 1, axisValue: formatShare, exactValue: formatShare } : {}
  return drawByLanes({ yTitle, series, ...asShare }, theme)
}
