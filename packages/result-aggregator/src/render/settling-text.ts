import { loadSizeOf } from '../result/load-size.ts'
import type { Result } from '../result/result.ts'
import { renderFigure } from './sweep-point.ts'

/** Shorter windows have no level to speak of, and shorter starts are no news. */
const LEAST_WINDOW_MS = 10 * 60_000
const LEAST_CUT_SHARE = 0.1
const TREND_P = 0.01

/** From when on a run was level and what its figures would be from there, where that is late; what still drifts then. `undefined` where all is level. `run`: its name. */
export function renderSettling(
  { settling, throughput, load }: Result,
  run = loadSizeOf(load).label,
): string | undefined {
  if (!settling || !throughput || throughput.windowMs < LEAST_WINDOW_MS) return undefined
  const { cutMs, figures } = settling
  const series = { output: 'output', inputTokens: 'prompt length', ttft: 'TTFT' } as const
  const names = Object.keys(series) as (keyof typeof series)[]
  const named = (which: (name: keyof typeof series) => boolean) =>
    names
      .filter(which)
      .map((name) => series[name])
      .join(', ')
  const drifts = named((name) => (settling[name].trendP ?? 1) < TREND_P)
  const where = `settling (MSER-5) at ${run}`
  const trend = drifts === '' ? '' : `; ${drifts} still drifts`
  if (cutMs === 'not-reached') {
    const unsettled = named((name) => settling[name].cutShare === 'not-reached')
    return `${where}: ${unsettled} not level within the window${trend}`
  }
  if (cutMs < LEAST_CUT_SHARE * throughput.windowMs)
    return drifts === '' ? undefined : `${where}${trend.replace(';', ':')}`
  const { ttftP50Ms, ttftP90Ms, tpotP50Ms, output } = figures ?? {}
  const since = figures
    ? `; from then on TTFT p50 ${renderFigure(ttftP50Ms)} and p90 ${renderFigure(ttftP90Ms)}, TPOT p50 ${renderFigure(tpotP50Ms)} ms, output ${renderFigure(output)} tok/s`
    : ''
  return `${where}: level after ${(cutMs / 60_000).toFixed(1)} min${since}${trend}. All figures above are of the whole window`
}
