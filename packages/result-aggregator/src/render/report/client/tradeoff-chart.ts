import type { Drawing } from './chart-panel.ts'
import type { PageTheme } from './page-theme.ts'
import { drawPlaces, type PlacedMark } from './place-chart.ts'
import type { LatencyName, PercentileName, ReportData, ReportMark, ThroughputName } from './report-data.ts'
import { usdPerMillion } from './usd-per-million.ts'

export interface TradeoffChoice {
  readonly y: ThroughputName
  readonly x: LatencyName
  readonly percentile: PercentileName
  readonly perGpu: boolean
}

/** Throughput over what a user feels. */
export function drawTradeoff({ groups, marks }: ReportData, choice: TradeoffChoice, theme: PageTheme): Drawing {
  const { x, percentile } = choice
  return drawPlaces(
    {
      groups,
      placed: marks.flatMap((mark) => placeOf(mark, choice)),
      xTitle: `${latencyTitles[x]} ${percentile}`,
      yTitle: yTitle(choice),
      better: x.endsWith('interactivity') ? 'higher-x' : 'lower-x',
    },
    theme,
  )
}

export interface CostChoice {
  readonly tokens: ThroughputName
  readonly percentile: PercentileName
  /** What an hour of a GPU of the mark costs, US dollars. */
  readonly priceOf: (mark: ReportMark) => number | undefined
}

/** What a million tokens cost over the speed that a user has. */
export function drawCost(
  { groups, marks }: ReportData,
  { tokens, percentile, priceOf }: CostChoice,
  theme: PageTheme,
): Drawing {
  const placed = marks.flatMap((mark): PlacedMark[] => {
    const { figures, ends, gpus, n } = mark
    const x = figures[`interactivity.${percentile}`]
    const usdOf = (tokensPerS: number | undefined) => usdPerMillion({ usdPerGpuHour: priceOf(mark), gpus, tokensPerS })
    const y = usdOf(figures[tokens])
    if (x === undefined || y === undefined) return []
    const [low, high] = ends[tokens] ?? []
    const [cheap, dear] = [usdOf(high), usdOf(low)]
    const endsY = cheap !== undefined && dear !== undefined ? ([cheap, dear] as const) : undefined
    return [{ x, y, endsX: ends[`interactivity.${percentile}`], endsY, mark, n: n.interactivity }]
  })
  const titles = {
    xTitle: `${latencyTitles.interactivity} ${percentile}`,
    yTitle: `USD per million, ${throughputTitles[tokens]}`,
  }
  return drawPlaces({ groups, placed, ...titles, better: 'higher-x', lowerY: true }, theme)
}

/** Whole pieces of work: how many a GPU does in an hour over how many each user gets done, as far as each is known. */
export function drawJobs({ groups, marks }: ReportData, theme: PageTheme): Drawing {
  const perGpu = marks.some(({ gpus }) => gpus !== undefined)
  const placed = marks.flatMap((mark): PlacedMark[] => {
    const { jobsPerHour, jobsPerHourPerUser } = mark.figures
    const gpus = perGpu ? mark.gpus : 1
    if (jobsPerHour === undefined || jobsPerHourPerUser === undefined || gpus === undefined) return []
    return [{ x: jobsPerHourPerUser, y: jobsPerHour / gpus, mark }]
  })
  const titles = { xTitle: 'Jobs per hour and user', yTitle: perGpu ? 'Jobs per hour and GPU' : 'Jobs per hour' }
  return drawPlaces({ groups, placed, ...titles, better: 'higher-x' }, theme)
}

export const latencyTitles: Record<LatencyName, string> = {
  interactivity: 'Interactivity, tokens/s,',
  e2e_interactivity: 'Interactivity with the wait, tokens/s,',
  co_ttft: 'TTFT from due, ms,',
  ttft: 'TTFT, ms,',
  tpot: 'TPOT, ms,',
  e2e: 'E2E, ms,',
}

export const throughputTitles: Record<ThroughputName, string> = {
  output: 'Output',
  freshInput: 'Fresh input',
  input: 'Input',
  total: 'Input and output',
}

function yTitle({ y, perGpu }: TradeoffChoice): string {
  return `${throughputTitles[y]}, tokens/s${perGpu ? ' per GPU' : ''}`
}

function placeOf(mark: ReportMark, { x, y, percentile, perGpu }: TradeoffChoice): PlacedMark[] {
  const { figures, ends, n } = mark
  const across = figures[`${x}.${percentile}`]
  const up = figures[y]
  const gpus = perGpu ? mark.gpus : 1
  if (across === undefined || up === undefined || gpus === undefined) return []
  const whole = ends[y]
  const endsY = whole && ([whole[0] / gpus, whole[1] / gpus] as const)
  return [{ x: across, y: up / gpus, endsX: ends[`${x}.${percentile}`], endsY, mark, n: n[x] }]
}
