import { renderMinutes, renderShare } from '../measure/wording.ts'
import type { Precision } from '../result/precision.ts'

/** How exactly the figure was wanted, and what the run reached. */
export function renderPrecision(precision: Precision): string {
  const { metric, percentile, halfWidthShare, looks, atMs, reachedShare, notEstimable } = precision
  const wanted = `precision: ${metric} p${percentile} was wanted to +-${renderShare(halfWidthShare)} (95 % interval)`
  if (atMs === undefined) return `${wanted}; the run ended before its first look`
  const when = `after ${renderMinutes(atMs)} of profiling, at look ${looks}`
  if (reachedShare !== undefined) {
    const reached = reachedShare <= halfWidthShare ? 'reached' : 'not reached'
    return `${wanted} and is known to +-${renderShare(Number(reachedShare.toPrecision(3)))} ${when}: ${reached}`
  }
  return `${wanted}; no interval could be told ${when}${notEstimable === undefined ? '' : ` (${notEstimable})`}`
}
