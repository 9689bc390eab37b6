import type { Drawing } from './chart-panel.ts'
import { formatShare, shortNumber } from './format-number.ts'
import { seriesSymbols } from './legend-entry.ts'
import { drawLinePlot, type PlottedLine, plainTip } from './line-plot.ts'
import type { PageTheme } from './page-theme.ts'
import type { ReportPoint } from './report-data.ts'
import type { SeriesName } from './run-series.ts'
import { phaseAreas } from './timeline-marks.ts'

interface SeriesChart {
  readonly yTitle: string
  readonly lines: readonly (readonly [name: SeriesName, title: string])[]
  readonly isShare?: boolean
  /** Parts of a whole, one upon the other. */
  readonly isStacked?: boolean
}

/** What is drawn over the time of a run, by the id of its chart. */
export const seriesCharts: Readonly<Record<string, SeriesChart>> = {
  'chart-time-ttft': {
    yTitle: 'ms',
    lines: [
      ['ttftP50Ms', 'TTFT p50'],
      ['ttftP90Ms', 'TTFT p90'],
    ],
  },
  'chart-time-tpot': { yTitle: 'ms', lines: [['tpotP50Ms', 'TPOT p50']] },
  'chart-time-flight': {
    yTitle: 'requests',
    lines: [
      ['inFlight', 'in flight'],
      ['serverRunning', 'running (server)'],
      ['serverWaiting', 'waiting (server)'],
    ],
  },
  'chart-time-output': { yTitle: 'tokens/s', lines: [['outputPerS', 'output']] },
  'chart-time-hits': {
    yTitle: 'share',
    isShare: true,
    lines: [
      ['hitShare', 'hits'],
      ['kvUse', 'KV cache in use (server)'],
    ],
  },
  'chart-time-sources': {
    yTitle: 'share of prompt tokens',
    isShare: true,
    isStacked: true,
    lines: [
      ['deviceShare', 'from the device'],
      ['hostShare', 'from the host'],
      ['diskShare', 'from its disk'],
      ['recomputedShare', 'computed again'],
      ['computedShare', 'computed'],
    ],
  },
  'chart-time-input': {
    yTitle: 'tokens',
    lines: [
      ['inputTokens', 'mean'],
      ['inputP10Tokens', 'p10'],
      ['inputP90Tokens', 'p90'],
    ],
  },
  'chart-time-held': { yTitle: 'tokens', lines: [['tokensInFlight', 'prompts in flight']] },
  'chart-time-power': {
    yTitle: 'W',
    lines: [
      ['gpuPowerW', 'mean of the GPUs'],
      ['gpuPowerLeastW', 'least of any'],
      ['gpuPowerMostW', 'most of any'],
    ],
  },
}

/** Something of a run over its time, with its phases behind it and a line where it had settled. */
export function drawSeries(id: string, { series, phases, settledMs }: ReportPoint, theme: PageTheme): Drawing {
  const { yTitle, lines, isShare, isStacked } = seriesCharts[id]!
  const { stepMs = 1, lines: known = {} } = series ?? {}
  const figure = isShare ? formatShare : shortNumber
  const drawn = lines.flatMap(([name, title], index): PlottedLine[] => {
    const values = known[name]
    if (!values) return []
    const places = values.flatMap((value, step) => {
      if (value < 0) return []
      const tip = plainTip(
        `${shortNumber((step * stepMs) / 1_000)} to ${shortNumber(((step + 1) * stepMs) / 1_000)} s`,
        [[`${title}, ${yTitle}`, isShare ? formatShare(value) : value]],
      )
      return [{ x: ((step + 0.5) * stepMs) / 1_000, y: value, tip }]
    })
    return [{ name: title, colour: theme.series[index]!, symbol: seriesSymbols[index]!, places }]
  })
  const endMs = stepMs * 60
  const inS = phases.map((phase) => ({
    ...phase,
    startMs: phase.startMs / 1_000,
    ...(phase.endMs !== undefined && { endMs: phase.endMs / 1_000 }),
  }))
  return drawLinePlot(
    {
      lines: drawn,
      xTitle: 's since the start of the run',
      yTitle,
      xMin: 0,
      xMax: endMs / 1_000,
      yValue: figure,
      ...(isShare && { yMax: 1 }),
      ...(isStacked && { isStacked }),
      more: {
        markArea: phaseAreas(inS, endMs / 1_000, theme, false),
        ...(settledMs !== undefined && {
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: theme.soft, type: 'dashed' as const },
            label: { color: theme.soft, formatter: 'settled', position: 'insideEndTop' as const },
            data: [{ xAxis: settledMs / 1_000 }],
          },
        }),
      },
    },
    theme,
  )
}
