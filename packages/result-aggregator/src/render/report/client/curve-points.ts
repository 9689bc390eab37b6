import type { CurvePoint, ReportData } from './report-data.ts'

/** What the curves join, by group and then by size: every run, but in place of those that differ in their seeds alone what they give together. */
export function curvePoints({ points, repeats = [] }: ReportData): CurvePoint[] {
  const drawn = new Set<number>()
  return points.flatMap((point): CurvePoint[] => {
    if (point.repeat === undefined) return [point]
    if (drawn.has(point.repeat)) return []
    drawn.add(point.repeat)
    return [repeats[point.repeat]!]
  })
}
