import type { Concurrency } from '../config/config.ts'

export interface ConcurrencyLimits {
  readonly min?: number
  readonly max?: number
}

/**
 * The concurrencies of a list as they stand, or of a range: from its start, each the last times `stepSize`, its end always
 * included. 4 to 24 by 2 is 4, 8, 16, 24. `stepSize` is at least 2.
 */
export function concurrenciesOf(concurrency: Concurrency, stepSize: number): number[] {
  if (concurrency.kind === 'list') return [...concurrency.values]
  return series(concurrency.start, concurrency.end, stepSize)
}

/** A fixed-length multi-node line within limits: lower ones dropped; if all that remain are too high, the maximum alone. */
export function clampList(values: readonly number[], { min, max }: ConcurrencyLimits): number[] {
  if ((min ?? 1) <= 0) return []
  const high = min === undefined ? [...values] : values.filter((value) => value >= min)
  if (high.length === 0 || max === undefined) return high
  const within = high.filter((value) => value <= max)
  if (within.length > 0) return within
  return max > 0 ? [max] : []
}

/**
 * A fixed-length single-node line within limits. A list is clamped as `clampList` does; a range starts again from the minimum,
 * so that 4 to 64 within 6 and 40 is 6, 12, 24, 40, and is the maximum alone if it lies above it.
 */
export function clampConcurrency(
  concurrency: Concurrency,
  stepSize: number,
  { min, max }: ConcurrencyLimits,
): number[] {
  if ((min ?? 1) <= 0 || (max ?? 1) <= 0) return []
  if (concurrency.kind === 'list') return clampList(concurrency.values, limits(min, max))
  if (min !== undefined && concurrency.end < min) return []
  const start = Math.max(concurrency.start, min ?? concurrency.start)
  if (max === undefined) return series(start, concurrency.end, stepSize)
  return start > max ? [max] : series(start, Math.min(concurrency.end, max), stepSize)
}

/** An agentic line within limits: a plain filter, without falling back to the maximum. */
export function filterConcurrency(values: readonly number[], { min, max }: ConcurrencyLimits): number[] {
  return values.filter((value) => value >= (min ?? value) && value <= (max ?? value))
}

/** A longer series than this is a mistake; a range doubles, so 64 steps are beyond any number there is. */
const maxSeries = 4096

function series(start: number, end: number, stepSize: number): number[] {
  const values: number[] = []
  for (let value = start; value <= end && values.length < maxSeries; ) {
    values.push(value)
    if (value === end) break
    const next = Math.min(value * stepSize, end)
    if (next <= value) break
    value = next
  }
  return values
}

function limits(min: number | undefined, max: number | undefined): ConcurrencyLimits {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
}
