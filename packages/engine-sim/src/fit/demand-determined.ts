import { normalEquations, solve } from './non-negative-fit.ts'

/** What was measured cannot tell a constant. */
export class StepFitError extends Error {
  override readonly name = 'StepFitError'
}

/**
 * That each column of the rows counts something that the others do not tell.
 *
 * @param each what a row is: `step of the log`
 * @throws StepFitError naming the first constant whose column does not.
 */
export function demandDetermined(rows: readonly (readonly number[])[], names: readonly string[], each: string): void {
  for (const [column, name] of names.entries())
    if (rows.every((row) => row[column] === 0))
      throw new StepFitError(`no ${each} has what ${name} counts, so it cannot be known; log a run that has`)
  // Each against those after it alone, which have been found to tell nothing of one another: among columns that do, no dependence is found.
  for (const [column, name] of [...names.entries()].reverse()) {
    if (!tellsBeside(rows.map((row) => row.slice(column))))
      throw new StepFitError(
        `${name} cannot be told from the other constants: what it counts follows from what they count in every ${each}; log a run with other lengths and more at a time`,
      )
  }
}

/**
 * That constants say more of the times than none would, which miss all of them by 100 %.
 *
 * @param median relative error, as a share.
 * @throws StepFitError with the range of the times.
 */
export function demandTold(median: number, times: readonly { readonly ms: number }[]): void {
  if (median < 1) return
  const [least, most] = [Math.min, Math.max].map((of) => times.reduce((found, { ms }) => of(found, ms), times[0]!.ms))
  throw new StepFitError(
    `no constants say what was measured, which goes from ${least!.toPrecision(3)} to ${most!.toPrecision(3)} ms; look at the longest`,
  )
}

/** Whether the first column of the rows counts something that the others do not tell, and those tell nothing of one another. */
export function tellsBeside(rows: readonly (readonly number[])[]): boolean {
  const values = rows.map((row) => row[0]!)
  if (values.every((value) => value === 0)) return false
  return !dependsOn(
    values,
    rows.map((row) => row.slice(1)),
  )
}

function dependsOn(values: readonly number[], rows: readonly (readonly number[])[]): boolean {
  const { products, targets } = normalEquations(rows, values)
  const found = solve(products, targets)
  if (!found) return false
  let [left, all] = [0, 0]
  for (const [at, row] of rows.entries()) {
    const told = row.reduce((sum, each, i) => sum + each * found[i]!, 0)
    left += (values[at]! - told) ** 2
    all += values[at]! ** 2
  }
  return left <= 1e-9 * all
}
