/** The sizes of a load that a search may measure, from the least to the most. */
export interface SizeRange {
  readonly unit: 'lanes' | 'sessions/s'
  readonly from: number
  readonly to: number
}

/**
 * Sizes that rise by the resolution, a share, from step to step: of lanes by one at least. They are the same whatever has been measured, so that a search
 * that goes on finds its runs again.
 */
export function sizeLadder({ unit, from, to }: SizeRange, resolution: number): number[] {
  const next =
    unit === 'lanes'
      ? (size: number) => Math.max(size + 1, Math.floor(size * (1 + resolution)))
      : (size: number) => Number((size * (1 + resolution)).toPrecision(3))
  const sizes = [from]
  for (let size = next(from); size < to; size = next(size)) sizes.push(size)
  if (to > from) sizes.push(to)
  return sizes
}
