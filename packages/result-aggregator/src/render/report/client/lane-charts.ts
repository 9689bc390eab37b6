import type { Drawing } from './chart-panel.ts'
import { cliffOf } from './cliff-of.ts'
import { formatShare } from './format-number.ts'
import { drawByLanes, type LaneSeries } from './lane-chart.ts'
import { seriesSymbols } from './legend-entry.ts'
import type { PageTheme } from './page-theme.ts'
import { styleOf } from './place-chart.ts'
import type { LatencyName, PercentileName, ReportData } from './report-data.ts'

/** A latency over lanes. One group shows its percentiles; several show the one percentile that was chosen. */
export function drawLatency(
  { groups, marks }: ReportData,
  name: LatencyName,
  percentile: PercentileName,
  theme: PageTheme,
): Drawing {
  const single = groups.length === 1
  const series = single
    ? (['p50', 'p90', 'p99'] as const).map(
        (each, index): LaneSeries => ({
          name: each,
          colour: theme.series[index]!,
          symbol: seriesSymbols[index]!,
          marks,
          figure: `${name}.${each}`,
        }),
      )
    : groups.map(
        (group, index): LaneSeries => ({
          name: group,
          ...styleOf(index, theme),
          marks: marks.filter((mark) => mark.group === index),
          figure: `${name}.${percentile}`,
        }),
      )
  return drawByLanes({ yTitle: single ? 'ms' : `ms, ${percentile}`, series }, theme)
}

/** Of one group alone a series is called by its kind. */
function namedIn(groups: readonly string[]): (kind: string, group: string) => string {
  return (kind, group) => (groups.length === 1 ? kind : `${group}, ${kind}`)
}

/** Measured hits as filled marks, ideal ones hollow and dashed. */
export function drawCache({ groups, marks }: ReportData, theme: PageTheme): Drawing {
  const named = namedIn(groups)
  const series = groups.flatMap((group, index): LaneSeries[] => {
    const ofGroup = { ...styleOf(index, theme), marks: marks.filter((mark) => mark.group === index) }
    return [
      {
        ...ofGroup,
        name: named('measured', group),
        figure: 'hitMeasured',
      },
      {
        ...ofGroup,
        name: named('ideal', group),
        hollow: true,
        dash: 'dashed',
        figure: 'hitIdeal',
      },
    ]
  })
  const places = groups.flatMap((group, index) => {
    const lanes = cliffOf(marks.filter((mark) => mark.group === index))
    const name = groups.length === 1 ? 'cliff' : `cliff: ${group}`
    return lanes === undefined ? [] : [{ lanes, name }]
  })
  return drawByLanes(
    { yTitle: 'share of prompt tokens', series, max: 1, axisValue: percent, exactValue: formatShare, places },
    theme,
  )
}

/** The share of what was sent that failed. */
export function drawFailed({ groups, marks }: ReportData, theme: PageTheme): Drawing {
  const series = groups.map(
    (group, index): LaneSeries => ({
      ...styleOf(index, theme),
      name: group,
      marks: marks.filter((mark) => mark.group === index),
      figure: 'failedShare',
    }),
  )
  return drawByLanes({ yTitle: 'share of requests', series, axisValue: formatShare, exactValue: formatShare }, theme)
}

/** How late the client was, with the levels above which that spoils the result. */
export function drawClient({ groups, marks, lateness }: ReportData, theme: PageTheme): Drawing {
  const named = namedIn(groups)
  const series = groups.flatMap((group, index): LaneSeries[] => {
    const ofGroup = { ...styleOf(index, theme), marks: marks.filter((mark) => mark.group === index) }
    return [
      { ...ofGroup, name: named('dispatch delay', group), figure: 'dispatchDelayP99Ms' },
      {
        ...ofGroup,
        name: named('event-loop delay', group),
        hollow: true,
        dash: 'dashed',
        figure: 'eventLoopDelayP99Ms',
      },
    ]
  })
  const levels = lateness
    ? [
        { at: lateness.warn, name: `${lateness.warn} ms: indicative` },
        { at: lateness.fail, name: `${lateness.fail} ms: invalid` },
      ]
    : []
  const worst = Math.max(
    ...marks.flatMap(({ figures }) => [figures.dispatchDelayP99Ms ?? 0, figures.eventLoopDelayP99Ms ?? 0]),
  )
  return drawByLanes({ yTitle: 'ms, p99', series, levels: worst * 2 > (lateness?.warn ?? 0) ? levels : [] }, theme)
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
