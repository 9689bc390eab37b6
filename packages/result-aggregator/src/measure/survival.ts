import type { Survival } from '../result/survival.ts'

/**
 * How long something lasts, where some of it had not ended when the measurement did: the estimate of Kaplan and Meier. What had not ended
 * counts as lasting at least so long, and no longer. A percentile is the shortest time by which that share has ended, and absent where the
 * data do not reach it. `undefined` when nothing was seen at all.
 *
 * Source: Kaplan and Meier (1958), Nonparametric Estimation from Incomplete Observations.
 */
export function survivalOf({ endedMs, unendedMs }: Durations): Survival | undefined {
  if (endedMs.length + unendedMs.length === 0) return undefined
  const ends = [...endedMs].sort((a, b) => a - b)
  const cuts = [...unendedMs].sort((a, b) => a - b)
  const known: Partial<Record<keyof typeof shares, number>> = {}
  const wanted = Object.entries(shares) as [keyof typeof shares, number][]
  let atRisk = ends.length + cuts.length
  let lasting = 1
  let [cut, next] = [0, 0]
  for (let i = 0; i < ends.length && next < wanted.length; ) {
    const atMs = ends[i]!
    // What was cut off at the very instant had lasted as long.
    for (; cut < cuts.length && cuts[cut]! < atMs; cut += 1) atRisk -= 1
    let ended = 0
    for (; i < ends.length && ends[i] === atMs; i += 1) ended += 1
    lasting *= 1 - ended / atRisk
    atRisk -= ended
    for (; next < wanted.length && lasting <= 1 - wanted[next]![1] + rounding; next += 1) known[wanted[next]![0]] = atMs
  }
  return { n: ends.length, ...(cuts.length > 0 && { cutOff: cuts.length }), ...known }
}

export interface Durations {
  readonly endedMs: readonly number[]
  /** Of what had not ended: how long it had lasted. */
  readonly unendedMs: readonly number[]
}

const shares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 } as const

/** A product of fractions misses the share that it stands for by so much at most. */
const rounding = 1e-9
