/**
 * The coefficients, none below zero, with the least sum of squared differences between `rows x coefficients` and `values`. Of each subset of the
 * columns the ordinary solution is tried, so it is exact, for a handful of columns.
 *
 * @param rows of equal length, 1 to 8 columns
 */
export function nonNegativeFit(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const { products, targets } = normalEquations(rows, values)
  const width = targets.length
  let best = { loss: 0, coefficients: new Array<number>(width).fill(0) }
  for (let subset = 1; subset < 1 << width; subset += 1) {
    const columns = [...products.keys()].filter((column) => subset & (1 << column))
    const found = solve(
      columns.map((row) => columns.map((column) => products[row]![column]!)),
      columns.map((row) => targets[row]!),
    )
    if (!found?.every((each) => each >= 0)) continue
    const coefficients = new Array<number>(width).fill(0)
    for (const [at, column] of columns.entries()) coefficients[column] = found[at]!
    const loss = lossOf(coefficients, products, targets)
    if (loss < best.loss) best = { loss, coefficients }
  }
  return best.coefficients
}

/** Sums of the products of each two columns, and of each column with the values. */
export function normalEquations(rows: readonly (readonly number[])[], values: readonly number[]) {
  const width = rows[0]?.length ?? 0
  const products = Array.from({ length: width }, () => new Array<number>(width).fill(0))
  const targets = new Array<number>(width).fill(0)
  for (const [at, row] of rows.entries()) {
    for (let i = 0; i < width; i += 1) {
      targets[i]! += row[i]! * values[at]!
      for (let j = 0; j < width; j += 1) products[i]![j]! += row[i]! * row[j]!
    }
  }
  return { products, targets }
}

/** The sum of squares but for the constant in it. */
function lossOf(
  coefficients: readonly number[],
  products: readonly (readonly number[])[],
  targets: readonly number[],
): number {
  let loss = 0
  for (const [i, a] of coefficients.entries()) {
    loss -= 2 * a * targets[i]!
    for (const [j, b] of coefficients.entries()) loss += a * b * products[i]![j]!
  }
  return loss
}

/** Gauss with pivots, on columns brought to one scale; undefined where the columns depend on one another. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const size = right.length
  const scale = matrix.map((row, at) => Math.sqrt(row[at]!))
  if (scale.some((each) => !(each > 0))) return undefined
  const rows = matrix.map((row, i) => [...row.map((each, j) => each / (scale[i]! * scale[j]!)), right[i]! / scale[i]!])
  for (let column = 0; column < size; column += 1) {
    let pivot = column
    for (let row = column + 1; row < size; row += 1)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row
    if (Math.abs(rows[pivot]![column]!) < 1e-10) return undefined
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    for (let row = column + 1; row < size; row += 1) {
      const factor = rows[row]![column]! / rows[column]![column]!
      for (let at = column; at <= size; at += 1) rows[row]![at]! -= factor * rows[column]![at]!
    }
  }
  const solution = new Array<number>(size).fill(0)
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = rows[row]![size]!
    for (let at = row + 1; at < size; at += 1) rest -= rows[row]![at]! * solution[at]!
    solution[row] = rest / rows[row]![row]!
  }
  return solution.map((each, at) => each / scale[at]!)
}
