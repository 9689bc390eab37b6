import type { Drawing } from './chart-panel.ts'
import { curvePoints } from './curve-points.ts'
import { formatShare } from './format-number.ts'
import { drawByLanes, type LaneSeries } from './lane-chart.ts'
import { seriesSymbols } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import type { LatencyName, PercentileName, ReportData } from './report-data.ts'
import { styleOf } from './tradeoff-chart.ts'

/** A latency over lanes. One group shows its percentiles; several show the one percentile that was chosen. */
export function drawLatency(
  data: ReportData,
  name: LatencyName,
  percentile: PercentileName,
  theme: PageTheme,
): Drawing {
  const { groups } = data
  const points = curvePoints(data)
  const single = groups.length === 1
  const series = single
    ? (['p50', 'p90', 'p99'] as const).map(
        (each, index): LaneSeries => ({
          name: each,
          colour: theme.series[index]!,
          symbol: seriesSymbols[index]!,
          points,
          figureOf: (point) => point.metrics[name]?.[each],
          endsOf: (point) => point.metrics[name]?.intervals?.[each],
        }),
      )
    : groups.map(
        (group, index): LaneSeries => ({
          name: group,
          ...styleOf(index, theme),
          points: points.filter((point) => point.group === index),
          figureOf: (point) => point.metrics[name]?.[percentile],
          endsOf: (point) => point.metrics[name]?.intervals?.[percentile],
        }),
      )
  return drawByLanes({ yTitle: single ? 'ms' : `ms, ${percentile}`, series }, theme)
}

/** Measured hits as filled marks, ideal ones hollow and dashed. */
export function drawCache(data: ReportData, theme: PageTheme): Drawing {
  const { groups } = data
  const points = curvePoints(data)
  const named = (kind: string, group: string) => (groups.length === 1 ? kind : `${group}, ${kind}`)
  const series = groups.flatMap((group, index): LaneSeries[] => {
    const ofGroup = { ...styleOf(index, theme), points: points.filter((point) => point.group === index) }
    return [
      {
        ...ofGroup,
        name: named('measured', group),
        figureOf: ({ cacheHit }) => cacheHit.measured,
        endsOf: ({ cacheHit }) => cacheHit.measuredInterval,
      },
      {
        ...ofGroup,
        name: named('ideal', group),
        hollow: true,
        dash: 'dashed',
        figureOf: ({ cacheHit }) => cacheHit.ideal,
      },
    ]
  })
  return drawByLanes(
    { yTitle: 'share of prompt tokens', series, max: 1, axisValue: percent, exactValue: formatShare },
    theme,
  )
}

/** How late the client was, with the levels above which that spoils the result. */
export function drawClient(data: ReportData, theme: PageTheme): Drawing {
  const { groups, lateness } = data
  const points = curvePoints(data)
  const named = (kind: string, group: string) => (groups.length === 1 ? kind : `${group}, ${kind}`)
  const series = groups.flatMap((group, index): LaneSeries[] => {
    const ofGroup = { ...styleOf(index, theme), points: points.filter((point) => point.group === index) }
    return [
      { ...ofGroup, name: named('dispatch delay', group), figureOf: (point) => point.dispatchDelayP99Ms },
      {
        ...ofGroup,
        name: named('event-loop delay', group),
        hollow: true,
        dash: 'dashed',
        figureOf: (point) => point.eventLoopDelayP99Ms,
      },
    ]
  })
  const levels = lateness
    ? [
        { at: lateness.warn, name: `${lateness.warn} ms: indicative` },
        { at: lateness.fail, name: `${lateness.fail} ms: invalid` },
      ]
    : []
  const worst = Math.max(...points.flatMap((point) => [point.dispatchDelayP99Ms ?? 0, point.eventLoopDelayP99Ms ?? 0]))
  return drawByLanes({ yTitle: 'ms, p99', series, levels: worst * 2 > (lateness?.warn ?? 0) ? levels : [] }, theme)
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
