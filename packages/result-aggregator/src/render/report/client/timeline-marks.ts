import type { CustomSeriesOption } from 'echarts'
import type { PageTheme } from './page-theme.ts'
import type { PhaseBand, ReportPoint } from './report-data.ts'

/** The phases of the run behind its bars, the profiling window filled. */
export function phaseAreas(
  phases: readonly PhaseBand[],
  endMs: number,
  theme: PageTheme,
  twice: boolean,
): NonNullable<CustomSeriesOption['markArea']> {
  const names = { warmup: 'warm-up', profiling: 'profiling window', drain: 'drain' }
  return {
    z: 0,
    silent: true,
    label: { show: true, position: 'top', color: theme.soft, fontSize: 11, distance: twice ? 24 : 4 },
    data: phases.map(({ phase, startMs, endMs: phaseEndMs = endMs }) => [
      {
        name: names[phase],
        xAxis: startMs,
        itemStyle: {
          color: phase === 'profiling' ? theme.band : 'transparent',
          borderColor: theme.soft,
          borderWidth: 1,
          borderType: 'dotted' as const,
        },
      },
      { xAxis: phaseEndMs },
    ]),
  }
}

/** A line where the run broke off and was resumed. */
export function breakLines({ breaksMs = [] }: ReportPoint, theme: PageTheme): Pick<CustomSeriesOption, 'markLine'> {
  if (breaksMs.length === 0) return {}
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: theme.failed, type: 'solid', width: 1.5 },
      label: { color: theme.failed, position: 'start', formatter: 'resumed' },
      data: breaksMs.map((atMs) => ({ xAxis: atMs })),
    },
  }
}
