import { INTERVAL_LEVEL } from '../interval/interval-family.ts'
import { studentT } from '../interval/student-t.ts'
import type { FoundFigure } from './found-figure.ts'

type Values = readonly (number | undefined)[]

/** Fewer runs say nothing that anybody could use of how runs differ. */
export const LEAST_RUNS = 3

/**
 * B beside A from the values of several runs on each side, which takes nothing for granted about plays or time: Student's t on the differences, of
 * logarithms for a ratio. Runs of the same plans are taken in pairs, in the order given; others by Welch's test.
 *
 * Source: Welch (1947), The generalization of Student's problem when several different population variances are involved.
 */
export function repeatsFigure(
  kind: 'ratio' | 'difference',
  {
    a,
    b,
    paired,
    level = INTERVAL_LEVEL,
  }: { readonly a: Values; readonly b: Values; readonly paired: boolean; readonly level?: number },
): FoundFigure {
  const [to, from] = kind === 'ratio' ? [Math.log, Math.exp] : [(x: number) => x, (x: number) => x]
  const known = [...a, ...b].every((value) => value !== undefined && Number.isFinite(to(value)))
  if (!known) return { estimate: { notEstimable: 'not-measured' } }
  const [ofA, ofB] = [a, b].map((values) => values.map((value) => to(value!))) as [number[], number[]]
  const ends = { a: from(mean(ofA)), b: from(mean(ofB)) }
  const { shift, error, df } = paired ? ofPairs(ofA, ofB) : ofGroups(ofA, ofB)
  const value = from(shift)
  if (Math.min(a.length, b.length) < LEAST_RUNS) return { ...ends, value, estimate: { notEstimable: 'few-values' } }
  const reach = error === 0 ? 0 : studentT((1 + level) / 2, df) * error
  return { ...ends, value, estimate: { low: from(shift - reach), high: from(shift + reach) } }
}

/** The same of ratios or differences that each pair of runs already gave. */
export function repeatedShift(kind: 'ratio' | 'difference', shifts: Values, level = INTERVAL_LEVEL): FoundFigure {
  const neutral = kind === 'ratio' ? 1 : 0
  const { value, estimate } = repeatsFigure(kind, { a: shifts.map(() => neutral), b: shifts, paired: true, level })
  return { ...(value !== undefined && { value }), estimate }
}

interface Shift {
  readonly shift: number
  readonly error: number
  readonly df: number
}

function ofPairs(a: readonly number[], b: readonly number[]): Shift {
  const shifts = b.map((value, i) => value - a[i]!)
  return { shift: mean(shifts), error: Math.sqrt(variance(shifts) / shifts.length), df: shifts.length - 1 }
}

function ofGroups(a: readonly number[], b: readonly number[]): Shift {
  const [partA, partB] = [variance(a) / a.length, variance(b) / b.length]
  const spread = partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1)
  return { shift: mean(b) - mean(a), error: Math.sqrt(partA + partB), df: (partA + partB) ** 2 / spread }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Of a sample. */
function variance(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}
