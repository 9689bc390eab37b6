/** Three significant figures where there are fewer, whole numbers with separators above. `-` for what was not measured. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return '-'
  const size = Math.abs(value)
  if (size >= 99.95) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(size >= 9.995 ? 1 : size >= 0.0095 || size === 0 ? 2 : 4)
}

/** All that was kept of it, for hovering: up to six significant figures. */
export function exactNumber(value: number | undefined): string {
  return value === undefined ? '-' : value.toLocaleString('en-US', { maximumSignificantDigits: 6 })
}

/** Whole, with separators. `-` for what was not measured. */
export function formatCount(count: number | undefined): string {
  return count === undefined ? '-' : count.toLocaleString('en-US')
}

export function formatShare(share: number | undefined): string {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)}%`
}

/** `1234567` as `1.23M`. */
export function shortNumber(value: number): string {
  return shortened(value, 3)
}

/** Of a mark on an axis, which is round already: marks that lie close are told apart. */
export function tickNumber(value: number): string {
  return shortened(value, 6)
}

function shortened(value: number, figures: number): string {
  const size = Math.abs(value)
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(figures))}M`
  if (size >= 1e3) return `${Number((value / 1e3).toPrecision(figures))}k`
  return String(Number(value.toPrecision(figures)))
}

/** Both ends of an interval, as a figure is written. */
export function formatEnds(ends: readonly [number, number], figure: (value: number) => string = exactNumber): string {
  return `${figure(ends[0])} to ${figure(ends[1])}`
}
