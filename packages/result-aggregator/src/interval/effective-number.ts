/** Equally large groups that tell as much as these: the square of the sum over the sum of the squares; `undefined` when all are 0. Source: Kish (1965), Survey Sampling. */
export function effectiveNumber(sizes: Iterable<number>): number | undefined {
  let [sum, squares] = [0, 0]
  for (const size of sizes) {
    sum += size
    squares += size ** 2
  }
  return squares === 0 ? undefined : sum ** 2 / squares
}
