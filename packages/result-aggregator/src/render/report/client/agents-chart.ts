import type { BarSeriesOption } from 'echarts'
import { type AgentsWithin, agentsWithin, type SloTier } from './agents-within.ts'
import { axisStyle, baseOption, type Datum, type Drawing } from './chart-panel.ts'
import { exactNumber, tickNumber } from './format-number.ts'
import type { PageTheme } from './page-theme.ts'
import { styleOf } from './place-chart.ts'
import type { PercentileName, ReportData } from './report-data.ts'

interface AgentsChoice {
  readonly tiers: readonly SloTier[]
  readonly percentile: PercentileName
}

/** How many agents each curve holds within what a tier may expect, for each GPU where all say how many. A bar is filled where that is sure. */
export function drawAgents(
  { groups, marks }: ReportData,
  { tiers, percentile }: AgentsChoice,
  theme: PageTheme,
): Drawing {
  const perGpu = marks.every(({ gpus }) => gpus !== undefined)
  const yTitle = perGpu ? 'agents per GPU' : 'agents'
  const series = groups.map((name, group): BarSeriesOption => {
    const own = marks.filter((mark) => mark.group === group)
    const { colour } = styleOf(group, theme)
    return {
      type: 'bar',
      name,
      barGap: '12%',
      barCategoryGap: '30%',
      barMaxWidth: 56,
      barMinHeight: 2,
      label: {
        show: true,
        position: 'top',
        color: theme.soft,
        fontSize: 11,
        formatter: heldLabel(groups.length > 1 ? `${signs[group % signs.length]} ` : ''),
      },
      labelLayout: { hideOverlap: true },
      data: tiers.flatMap((tier, at) => {
        const held = agentsWithin(own, tier, percentile)
        if (!held) return []
        const value = held.lanes / (perGpu ? held.mark.gpus! : 1)
        const itemStyle = { color: held.isSure ? colour : theme.paper, borderColor: colour, borderWidth: 1.6 }
        const tip = tipOf({ title: `${name}, ${tier.name}`, yTitle, value, held })
        return [{ value: [at, value], held, tip, run: held.mark.runs[0]!, itemStyle }]
      }),
    }
  })
  return {
    legend: [
      ...groups.map((name, group) => ({ name, ...styleOf(group, theme) })),
      { name: 'hollow: not surely', colour: theme.soft, symbol: 'tall', hollow: true, fixed: true },
    ],
    option: {
      ...baseOption(theme),
      grid: { left: 64, right: 18, top: 26, bottom: 44 },
      xAxis: { ...axisStyle(theme, ''), type: 'category', data: tiers.map(({ name }) => name) },
      yAxis: {
        ...axisStyle(theme, yTitle, 48),
        type: 'value',
        axisLabel: { ...axisStyle(theme, '').axisLabel, formatter: tickNumber },
      },
      series,
    },
  }
}

function tipOf({
  title,
  yTitle,
  value,
  held: { lanes, mark, next, isSure },
}: {
  readonly title: string
  readonly yTitle: string
  readonly value: number
  readonly held: AgentsWithin
}): Datum['tip'] {
  return () => ({
    title,
    lines: [
      [yTitle, exactNumber(value)],
      ['Held', lanes === 0 ? `not even the smallest that was measured, ${mark.lanes} lanes` : `${lanes} lanes`],
      ['Not held', next === undefined ? 'none that was measured' : `${next} lanes`],
      ['By the whole of both intervals', isSure ? 'yes' : 'no'],
      ['Verdict', mark.verdict],
    ],
    remark: 'Enter or a click shows the run',
  })
}

/** `8`, `at least 8` where nothing larger was measured, `below 2` where not even that is held. */
const heldLabel =
  (sign: string) =>
  ({ data }: { data?: unknown }): string => {
    const { lanes, mark, next } = (data as { held: AgentsWithin }).held
    if (lanes === 0) return `${sign}below ${mark.lanes}`
    return `${sign}${next === undefined ? 'at least ' : ''}${lanes}`
  }

/** The marks of the legend, over bars that only their colour would tell apart. */
const signs = ['●', '▲', '■', '◆', '➤'] as const
