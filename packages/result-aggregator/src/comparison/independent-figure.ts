import { type Estimate, isInterval } from '../result/estimate.ts'
import type { FoundEstimate, FoundFigure } from './found-figure.ts'

/** A figure of one side as its result has it. */
export interface OwnFigure {
  readonly value: number | undefined
  readonly estimate: Estimate | undefined
}

/**
 * B beside A where both are known by themselves, with their own intervals: the distances from the figures to their ends, squared and added.
 * The ratio of what is above 0, or the difference.
 *
 * Source: Zou and Donner (2008), Construction of confidence limits about effect measures (MOVER); for ratios on the scale of logarithms.
 */
export function independentFigure(kind: 'ratio' | 'difference', a: OwnFigure, b: OwnFigure): FoundFigure {
  const ends = { ...(a.value !== undefined && { a: a.value }), ...(b.value !== undefined && { b: b.value }) }
  if (a.value === undefined || b.value === undefined) return { ...ends, estimate: { notEstimable: 'not-measured' } }
  if (kind === 'difference') return { ...ends, ...between(a, b, { to: (x) => x, from: (x) => x }) }
  if (!(a.value > 0 && b.value > 0)) return { ...ends, estimate: { notEstimable: 'not-measured' } }
  return { ...ends, ...between(a, b, { to: Math.log, from: Math.exp }) }
}

function between(
  a: OwnFigure,
  b: OwnFigure,
  { to, from }: { readonly to: (x: number) => number; readonly from: (x: number) => number },
): { readonly value: number; readonly estimate: FoundEstimate } {
  const [ofA, ofB] = [to(a.value!), to(b.value!)]
  const value = from(ofB - ofA)
  for (const { estimate } of [a, b])
    if (!isInterval(estimate)) return { value, estimate: { notEstimable: estimate?.notEstimable ?? 'not-measured' } }
  const [ownA, ownB] = [a.estimate, b.estimate] as { low: number; high: number }[]
  const [lowA, highA, lowB, highB] = [to(ownA!.low), to(ownA!.high), to(ownB!.low), to(ownB!.high)]
  const low = from(ofB - ofA - Math.hypot(ofB - lowB, highA - ofA))
  const high = from(ofB - ofA + Math.hypot(highB - ofB, ofA - lowA))
  return Number.isFinite(low) && Number.isFinite(high)
    ? { value, estimate: { low, high } }
    : { value, estimate: { notEstimable: 'beyond-values' } }
}
