/** How bad: `warn` makes a result indicative, `fail` invalid. A rule of one grade is silent where the other applies. */
export type Grade = 'warn' | 'fail'

/** Whether a value is above the bound of this grade, and not above that of the next. */
export function isOfGrade(
  value: number | undefined,
  { warn, fail }: { readonly warn: number; readonly fail: number },
  grade: Grade,
): value is number {
  if (value === undefined) return false
  return grade === 'fail' ? value > fail : value > warn && value <= fail
}
