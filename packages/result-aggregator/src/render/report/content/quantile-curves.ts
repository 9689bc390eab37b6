import { quantile } from '@reprise/trace/quantile'
import { endToEnd } from '../../../measure/end-to-end.ts'
import { timePerOutputToken } from '../../../measure/time-per-token.ts'
import { timeToFirstToken, timeToFirstTokenFromDue } from '../../../measure/time-to-first-token.ts'
import { QUANTILE_SHARES, type QuantileCurve } from '../client/quantile-curve.ts'
import type { ReportRequest } from './report-run.ts'

const metrics = {
  ttft: timeToFirstToken,
  co_ttft: timeToFirstTokenFromDue,
  tpot: timePerOutputToken,
  e2e: endToEnd,
} as const

/** Known once it has happened, though the end of the run may cut off the reply. */
const knownEarly: ReadonlySet<string> = new Set(['ttft', 'co_ttft'])

/**
 * How latencies of the profiling phase are spread: of requests that ended well, and with failures as infinitely slow. A curve ends where what the end
 * of the run cut off, or a failure, would be touched.
 */
export function quantileCurves(requests: readonly ReportRequest[]): QuantileCurve[] {
  const measured = requests.filter(({ phase, sentMs }) => phase === 'profiling' && sentMs !== undefined)
  const failed = measured.filter(({ outcome }) => outcome.kind === 'failed').length
  return Object.entries(metrics).flatMap(([name, of]) => {
    const values: number[] = []
    let cutOff = 0
    for (const request of measured) {
      const { kind } = request.outcome
      const value = of(request)
      if (kind === 'ok' && value !== undefined) values.push(value)
      if (kind !== 'cancelled') continue
      if (knownEarly.has(name) && value !== undefined) values.push(value)
      else cutOff += 1
    }
    if (values.length === 0) return []
    const sorted = Float64Array.from(values).sort()
    const n = values.length + cutOff
    const all = failed > 0 ? { withFailures: curveOf(sorted, cutOff + failed) } : {}
    return [{ name: name as QuantileCurve['name'], n, values: curveOf(sorted, cutOff), ...all }]
  })
}

function curveOf(sorted: Float64Array, unbounded: number): number[] {
  // Beyond the last but one value a percentile would only draw the way to the slowest.
  const last = 1 - 1 / (sorted.length + unbounded)
  const values = QUANTILE_SHARES.filter((share) => share <= last).map((share) => quantile(sorted, share, unbounded)!)
  const end = values.indexOf(Infinity)
  return (end === -1 ? values : values.slice(0, end)).map((value) => Math.round(value * 100) / 100)
}
