/** What the sizes of loads are counted in; absent: lanes. */
export type SizeUnit = 'sessions/s' | 'speed-up' | undefined

/** How a page speaks of the sizes of its runs. */
export interface SizeWords {
  readonly axis: string
  /** As in `latency by lanes`. */
  readonly plural: string
}

/** Words for the sizes of some runs together. */
export function sizeWords(units: Iterable<SizeUnit>): SizeWords {
  const [unit, ...others] = new Set(units)
  if (others.length > 0) return { axis: 'Load', plural: 'load' }
  if (unit === 'sessions/s') return { axis: 'Sessions per second', plural: 'sessions per second' }
  return unit === 'speed-up' ? { axis: 'Speed-up', plural: 'speed-up' } : { axis: 'Lanes', plural: 'lanes' }
}

/** What plays trees in a run: agents that stay, or arrivals that each play one. */
export function slotWord(unit: SizeUnit): 'lane' | 'arrival' {
  return unit === undefined ? 'lane' : 'arrival'
}
