import type { Ends } from './report-data.ts'

/** Whether two intervals have nothing in common; false where one is not known. */
export function liesApart(one: Ends | undefined, other: Ends | undefined): boolean {
  return one !== undefined && other !== undefined && (one[0] > other[1] || other[0] > one[1])
}
