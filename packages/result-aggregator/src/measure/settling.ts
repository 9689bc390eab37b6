import { normalTail } from '../interval/normal-tail.ts'

/** When a series has settled, and whether it still drifts after that. */
export interface Settled {
  /** Share of the series that is to be cut off; `not-reached` where more than half would be. */
  readonly cutShare: number | 'not-reached'
  /** Probability of a trend at least as strong in what is left, if there were none. Absent where too little is left. */
  readonly trendP?: number
}

/**
 * `means` are those of equal stretches of time, in their order; `undefined` where nothing happened in one. At least ten with a value.
 *
 * Source of the cut: MSER (White 1997), argmin over d of the squares around the mean of the rest over (n - d) squared, taken in the first half.
 */
export function settled(means: readonly (number | undefined)[]): Settled | undefined {
  const known = means.flatMap((mean, at) => (mean === undefined ? [] : [{ mean, at }]))
  if (known.length < 10) return undefined
  const values = known.map(({ mean }) => mean)
  let best = { cut: 0, error: Infinity }
  for (let cut = 0; cut <= values.length - 5; cut += 1) {
    const rest = values.slice(cut)
    const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length
    const error = rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2
    if (error < best.error) best = { cut, error }
  }
  const cutShare = best.cut === 0 ? 0 : known[best.cut]!.at / means.length
  // Half of what was seen, or half of the time: in a gap the one may come before the other.
  if (best.cut > values.length / 2 || cutShare > 0.5) return { cutShare: 'not-reached' }
  const trendP = trendProbability(values.slice(best.cut))
  return {
    cutShare,
    ...(trendP !== undefined && { trendP }),
  }
}

/**
 * Two-sided, of Mann and Kendall's S, whose variance grows with the autocorrelation of the ranks; `undefined` for fewer than ten values.
 *
 * Source: Hamed and Rao (1998), A modified Mann-Kendall trend test for autocorrelated data.
 */
export function trendProbability(values: readonly number[]): number | undefined {
  const n = values.length
  if (n < 10) return undefined
  let s = 0
  for (let i = 0; i < n; i += 1) for (let j = i + 1; j < n; j += 1) s += Math.sign(values[j]! - values[i]!)
  const ranks = ranksOf(values)
  let inflation = 1
  for (let lag = 1; lag < n - 2; lag += 1) {
    const rho = autocorrelation(ranks, lag)
    if (Math.abs(rho) > 1.96 / Math.sqrt(n))
      inflation += (2 * (n - lag) * (n - lag - 1) * (n - lag - 2) * rho) / (n * (n - 1) * (n - 2))
  }
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * Math.max(inflation, 1)
  const z = s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance)
  return 2 * normalTail(Math.abs(z))
}

/** Of equal values the mean of their places. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((each) => each < value).length
    const equal = values.filter((each) => each === value).length
    return below + (equal + 1) / 2
  })
}

/** Of a series about its mean. */
function autocorrelation(series: readonly number[], lag: number): number {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length
  const squares = series.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  if (squares === 0) return 0
  return series.slice(lag).reduce((sum, value, i) => sum + (value - mean) * (series[i]! - mean), 0) / squares
}
