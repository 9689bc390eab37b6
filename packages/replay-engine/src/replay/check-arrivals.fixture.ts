import type { Plan } from '../plan/plan.ts'
import type { PhaseSpan } from '../record/phase-span.ts'
import type { RequestRecord } from '../record/request-record.ts'

/**
 * What is wrong with the arrivals of a rate, from load and records alone, with nothing of the planner or the replay: each is there, in its place
 * and in the window, and the gaps between them are what the load says. Empty where nothing is.
 *
 * Constant ones are due at multiples of the mean gap. Of others the gaps have the mean and the distribution of their kind: by Kolmogorov
 * and Smirnov at a level of one in ten thousand, and no gap tells of the next, by their correlation within four of its standard errors.
 */
export function checkArrivals({
  plan,
  records,
  phases,
}: {
  readonly plan: Plan
  readonly records: readonly RequestRecord[]
  readonly phases: readonly PhaseSpan[]
}): string[] {
  const { load } = plan
  if (load.kind !== 'rate' || load.until.kind !== 'window') throw new Error('only of a rate with a window')
  const startMs = phases.find(({ phase }) => phase === 'profiling')!.startMs
  const firsts = records.filter(({ id }) => /^\d+\.0\.0\.0$/.test(id)).toSorted((one, other) => one.lane - other.lane)
  const atMs = firsts.map(({ dueMs }) => dueMs - startMs)
  const meanMs = 1_000 / load.sessionsPerS
  const problems: string[] = []
  for (const [i, { lane }] of firsts.entries()) if (lane !== i) problems.push(`arrival ${i} is missing`)
  for (const [i, ms] of atMs.entries())
    if (ms < (atMs[i - 1] ?? 0) || ms >= load.until.durationMs) problems.push(`arrival ${i} at ${ms} is out of place`)
  if (load.arrivals.kind === 'constant') {
    const wanted = Math.ceil(load.until.durationMs / meanMs)
    if (atMs.length !== wanted) problems.push(`${atMs.length} arrivals, and ${wanted} fit`)
    for (const [i, ms] of atMs.entries())
      if (Math.abs(ms - i * meanMs) > 1e-3) problems.push(`arrival ${i} at ${ms} should be at ${i * meanMs}`)
    return problems
  }
  const shape = load.arrivals.kind === 'gamma' ? load.arrivals.shape : 1
  const gaps = atMs.map((ms, i) => (ms - (atMs[i - 1] ?? 0)) / meanMs)
  return [...problems, ...gapProblems(gaps, shape)]
}

function gapProblems(gaps: readonly number[], shape: number): string[] {
  const n = gaps.length
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n
  const error = Math.sqrt(1 / shape / n)
  const sorted = gaps.toSorted((a, b) => a - b)
  const apart = sorted.reduce((most, gap, i) => {
    const share = gammaShare(shape, gap * shape)
    return Math.max(most, Math.abs(share - i / n), Math.abs(share - (i + 1) / n))
  }, 0)
  const products = gaps.slice(1).map((gap, i) => (gap - mean) * (gaps[i]! - mean))
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / n
  const correlation = products.reduce((sum, product) => sum + product, 0) / (n - 1) / variance
  return [
    ...(Math.abs(mean - 1) > 4 * error ? [`gaps are ${mean} times as long as the rate says`] : []),
    // Source: Kolmogorov's limit, sqrt(ln(2 / level) / 2).
    ...(apart * Math.sqrt(n) > Math.sqrt(Math.log(2 / 1e-4) / 2)
      ? [`gaps are not spread as they should: ${apart}`]
      : []),
    ...(Math.abs(correlation) * Math.sqrt(n) > 4 ? [`a gap tells of the next: ${correlation}`] : []),
  ]
}

/**
 * Share of a gamma distribution of this shape and scale 1 below `x`: its series, which always ends.
 *
 * Source: NIST Digital Library of Mathematical Functions, 8.7.1; Lanczos' approximation (1964) for the gamma function.
 */
function gammaShare(shape: number, x: number): number {
  if (x <= 0) return 0
  let [term, sum] = [1 / shape, 1 / shape]
  for (let k = 1; term > sum * 1e-15; k += 1) {
    term *= x / (shape + k)
    sum += term
  }
  return Math.min(1, sum * Math.exp(shape * Math.log(x) - x - logGamma(shape)))
}

function logGamma(x: number): number {
  const parts = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ]
  const y = x - 1
  const t = y + 7.5
  const series = parts.reduce((sum, part, i) => sum + part / (y + i + 1), 0.9999999999998099)
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(series)
}
