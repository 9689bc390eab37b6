/** A distribution by some of its quantiles: [share, value] with both rising, from share 0 to share 1; values of at least 0. */
export type Distribution = readonly (readonly [share: number, value: number])[]

/** The value at `share` (0 to 1) of the distribution, interpolated on a logarithmic scale: lengths and pauses have long tails. From 0 it rises evenly. */
export function valueAt(distribution: Distribution, share: number): number {
  const above = distribution.findIndex(([known]) => known >= share)
  const [highShare, high] = distribution[above < 0 ? distribution.length - 1 : above] ?? [1, 1]
  const [lowShare, low] = distribution[Math.max(0, above - 1)] ?? [0, 1]
  if (highShare <= lowShare || above <= 0) return above < 0 ? high : low
  if (low <= 0) return low + ((high - low) * (share - lowShare)) / (highShare - lowShare)
  return low * (high / low) ** ((share - lowShare) / (highShare - lowShare))
}
