import type { Drawing } from './chart-panel.ts'
import type { PageTheme } from './page-theme.ts'
import { drawPlaces, type PlacedMark } from './place-chart.ts'
import type { PercentileName, ReportData, ReportMark, ThroughputName } from './report-data.ts'
import { latencyTitles, throughputTitles } from './tradeoff-chart.ts'

export interface PowerChoice {
  /** Joules that a token takes, or tokens per second that a megawatt makes. */
  readonly figure: 'joules' | 'perMw'
  readonly tokens: ThroughputName
  readonly percentile: PercentileName
  /** What the deployment of a mark takes, watts. */
  readonly wattsOf: (mark: ReportMark) => number | undefined
}

/**
 * What power makes of tokens, over the speed that a user has. Whiskers are those of the throughput; how exact a meter is nobody says.
 *
 * Source: InferenceX-app: tok/s/MW = tok/s/GPU x 1000 / kW, J/token = kW x 1000 / (tok/s/GPU).
 */
export function drawPower(
  { groups, marks }: ReportData,
  { figure, tokens, percentile, wattsOf }: PowerChoice,
  theme: PageTheme,
): Drawing {
  const lowerY = figure === 'joules'
  const placed = marks.flatMap((mark): PlacedMark[] => {
    const { figures, ends, n } = mark
    const x = figures[`interactivity.${percentile}`]
    const [tokensPerS, watts] = [figures[tokens], wattsOf(mark)]
    if (x === undefined || !tokensPerS || !watts) return []
    const of = (perS: number) => (lowerY ? watts / perS : (perS / watts) * 1e6)
    const [low, high] = ends[tokens] ?? []
    const endsY = low && high ? ([of(lowerY ? high : low), of(lowerY ? low : high)] as const) : undefined
    return [{ x, y: of(tokensPerS), endsX: ends[`interactivity.${percentile}`], endsY, mark, n: n.interactivity }]
  })
  const of = throughputTitles[tokens]
  const titles = {
    xTitle: `${latencyTitles.interactivity} ${percentile}`,
    yTitle: lowerY ? `J per token, ${of}` : `${of}, tokens/s per MW`,
  }
  return drawPlaces({ groups, placed, ...titles, better: 'higher-x', lowerY }, theme)
}
