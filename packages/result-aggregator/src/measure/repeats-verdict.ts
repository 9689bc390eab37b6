import { INTERVAL_LEVEL } from '../interval/interval-family.ts'
import { leastValues } from '../interval/least-values.ts'
import { studentT } from '../interval/student-t.ts'
import type { ObjectiveShare } from '../result/objective.ts'
import { shareVerdict } from './share-verdict.ts'

/** Below so many runs nobody can tell how runs differ. */
export const LEAST_RUNS = 3

/**
 * The verdict of several runs that differ in their seeds alone: whether the mean of their shares is further from the wanted one than runs differ. Nothing is taken
 * for granted about plays or time. With fewer than three it is that of the first one.
 */
export function repeatsVerdict(runs: readonly ObjectiveShare[], percentile: number): ObjectiveShare {
  const [first] = runs
  if (first === undefined) throw new RangeError('no run to judge by')
  if (runs.length < LEAST_RUNS) return first
  const [wanted, n] = [percentile / 100, sum(runs.map((run) => run.n))]
  const values = runs.flatMap(({ value }) => (value === undefined ? [] : [Math.log(value)]))
  const known = values.length === runs.length ? { value: Math.exp(sum(values) / runs.length) } : {}
  const seen = { n, within: sum(runs.map(({ within }) => within)), ...known }
  const shares = runs.flatMap((run) => (run.n === 0 ? [] : [run.within / run.n]))
  if (n < leastValues(wanted) || shares.length < LEAST_RUNS) return { ...seen, verdict: 'unclear', why: 'few-values' }
  const mean = sum(shares) / shares.length
  const variance = sum(shares.map((share) => (share - mean) ** 2)) / (shares.length - 1)
  const uncertainty = studentT((1 + INTERVAL_LEVEL) / 2, shares.length - 1) * Math.sqrt(variance / shares.length)
  const fellBehind = runs.some(({ why }) => why === 'fell-behind')
  return { ...seen, uncertainty, ...shareVerdict(mean, wanted, uncertainty, fellBehind) }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
