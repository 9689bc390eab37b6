/**
 * The value below which the share `p` of the values lies: linear interpolation at rank (n-1)p, the only estimator in use.
 *
 * `sorted` rises; `unbounded` more values count as +infinity behind them. `Infinity` where the rank touches one of those,
 * `undefined` when there is no value at all.
 *
 * Source: Hyndman and Fan (1996), type 7; NumPy's default.
 */
export function quantile(sorted: ArrayLike<number>, p: number, unbounded = 0): number | undefined {
  const n = sorted.length + unbounded
  if (n === 0) return undefined
  const rank = (n - 1) * p
  const below = Math.floor(rank)
  const low = sorted[below] ?? Infinity
  if (rank === below) return low
  const high = sorted[below + 1] ?? Infinity
  return high === Infinity ? Infinity : Math.min(high, low + (high - low) * (rank - below))
}
