export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Standard deviation, of a population or of a sample; of a sample of one value 0. */
export function deviationOf(values: Float64Array, of: 'population' | 'sample'): number {
  const mean = meanOf(values)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  if (of === 'sample' && values.length < 2) return 0
  return Math.sqrt(squares / (of === 'sample' ? values.length - 1 : values.length))
}
