/**
 * The value that a t-distributed variable stays below with probability `p`; `df`, above 0, need not be whole.
 *
 * The distribution function is halved in until two neighbouring numbers are left: exact to some twelve digits.
 */
export function studentT(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0)) throw new RangeError(`no t quantile of ${p} at ${df} degrees of freedom`)
  if (p < 0.5) return -studentT(1 - p, df)
  let [low, high] = [0, 1]
  while (tailAbove(high, df) > 1 - p) [low, high] = [high, 2 * high]
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (tailAbove(middle, df) > 1 - p) low = middle
    else high = middle
  }
}

/** The probability of a value above `t`, which is 0 or more. Source: Abramowitz and Stegun (1964), 26.7.1. */
function tailAbove(t: number, df: number): number {
  const whole = df + t * t
  const [x, y] = [df / whole, (t * t) / whole]
  const [a, b] = [df / 2, 1 / 2]
  const scale = Math.exp(
    logGamma(a + b) -
      logGamma(a) -
      logGamma(b) +
      a * (Math.log(df) - Math.log(whole)) +
      b * (2 * Math.log(t) - Math.log(whole)),
  )
  // The fraction converges fast on one side of this place, and the mirrored one on the other.
  const share =
    x < (a + 1) / (a + b + 2) ? (scale * betaFraction(x, a, b)) / a : 1 - (scale * betaFraction(y, b, a)) / b
  return share / 2
}

/** Source: the continued fraction of the incomplete beta function, Abramowitz and Stegun 26.5.8, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = away(1 - ((a + b) * x) / (a + 1))
  let value = 1 / d
  d = 1 / d
  for (let m = 1; m < 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) <= 2 * Number.EPSILON) break
  }
  return value
}

/** A denominator that is not 0. */
function away(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

/** Of a number above 0. Source: Lanczos (1964), with g = 7 and nine coefficients. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const base = x + 6.5
  const sum = lanczos.reduce((all, coefficient, i) => all + (i === 0 ? coefficient : coefficient / (x - 1 + i)), 0)
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
