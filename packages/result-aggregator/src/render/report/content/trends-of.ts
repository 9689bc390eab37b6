import { printable } from '@reprise/safe-text'
import { configurationOf } from '../../configuration.ts'
import type { ReportMark, ReportTrend } from '../client/report-data.ts'
import type { LabelledRun } from './group-runs.ts'

/**
 * Points that were measured again and again, as what served changed: the same work, size and deployment but for label, version, image, settings and
 * endpoint. In the order of their dates, or as they were given where they have none; only where there are two revisions or more.
 */
export function trendsOf(runs: readonly LabelledRun[], marks: readonly ReportMark[]): ReportTrend[] {
  const families = Map.groupBy(
    marks.map((mark, index) => ({ mark, index, run: runs[mark.runs[0]!]! })),
    ({ mark, run }) => JSON.stringify([mark.lanes, mark.unit, ...lastingFacets(run)]),
  )
  return [...families.values()].flatMap((same) => {
    const inTime = same.toSorted((one, other) => startOf(one.run) - startOf(other.run))
    const steps = inTime.map(({ index, run }) => ({ mark: index, revision: revisionOf(run) }))
    if (new Set(steps.map(({ revision }) => revision)).size < 2) return []
    const { lanes, unit } = same[0]!.mark
    return [{ name: unit === undefined ? `${lanes} ${lanes === 1 ? 'lane' : 'lanes'}` : `${lanes} ${unit}`, steps }]
  })
}

/** What a new revision does not change. */
function lastingFacets({ run: { result } }: LabelledRun): (readonly [string, string])[] {
  const changing = (name: string) => name === 'label' || name === 'engine' || name.startsWith('setting ')
  return [...configurationOf(result)].filter(([name]) => !changing(name))
}

/** Virtual time has no date: such runs stay as they were given. */
function startOf({ run: { result } }: LabelledRun): number {
  return Date.parse(result.provenance.startedAt ?? '') || 0
}

function revisionOf({ groupName, run: { result } }: LabelledRun): string {
  const { identity, provenance } = result
  const known = identity.label ?? provenance.commit?.slice(0, 9) ?? identity.engine?.version ?? groupName
  return printable(known, 40)
}
