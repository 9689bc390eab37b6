/** Runs that cannot be held against each other: whoever gave them can give others, or say what is meant to differ. */
export class ComparisonError extends Error {
  override readonly name = 'ComparisonError'
}
