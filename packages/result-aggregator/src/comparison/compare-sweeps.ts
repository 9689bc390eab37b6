import { comparedFields, placeOf } from '@reprise/matrix-generator'
import { estimatedFigures } from '../render/collection/estimated-figures.ts'
import { type SweepPoint, sweepPoints } from '../render/sweep-point.ts'
import { workloadOf } from '../render/workload.ts'
import type { Collection } from '../result/collection.ts'
import { type ComparedPoint, comparedFigures, type SweepComparison } from '../result/sweep-comparison.ts'
import { isFound } from './found-figure.ts'
import { independentFigure } from './independent-figure.ts'

/**
 * Two sweeps point by point. A point is the same one where its whole row is equal; else where the two are the same place of the search space
 * (configuration, topology, scenario, lanes) with another image, model, runner or window, and no other point could be meant.
 */
export function compareSweeps(before: Collection, after: Collection): SweepComparison {
  const earlier = linesOf(before)
  const partners = partnersOf(earlier, linesOf(after))
  const taken = new Set(partners.values())
  return {
    schema: 'sweep-comparison/1',
    points: [
      ...[...partners].map(([line, partner]) => compared(partner, line)),
      ...earlier.filter((line) => !taken.has(line)).map((line) => compared(line, undefined)),
    ],
  }
}

/** A point of a sweep at one number of lanes. */
interface Line {
  readonly lanes: number
  readonly point: SweepPoint
}

function linesOf(collection: Collection): Line[] {
  return sweepPoints(collection).flatMap((point) => point.lanes.map((lanes) => ({ lanes, point })))
}

function partnersOf(before: readonly Line[], after: readonly Line[]): Map<Line, Line | undefined> {
  const partners = new Map<Line, Line | undefined>(after.map((line) => [line, undefined]))
  for (const keyOf of [pointKey, placeKey]) {
    const taken = new Set(partners.values())
    const free = Map.groupBy(
      before.filter((line) => !taken.has(line)),
      keyOf,
    )
    const wanted = Map.groupBy(
      after.filter((line) => partners.get(line) === undefined),
      keyOf,
    )
    for (const [key, [line, ...others]] of wanted) {
      const [partner, ...more] = free.get(key) ?? []
      if (others.length === 0 && more.length === 0) partners.set(line!, partner)
    }
  }
  return partners
}

function pointKey({ lanes, point }: Line): string {
  return `${point.row.job.id} ${lanes}`
}

function placeKey({ lanes, point }: Line): string {
  return `${placeOf(point.row.job)} ${lanes}`
}

function compared(before: Line | undefined, after: Line | undefined): ComparedPoint {
  const { lanes, point } = (after ?? before)!
  const old = before?.point
  const now = after?.point
  return {
    configKey: point.configKey,
    name: point.name,
    lanes,
    ...(old && { before: old.verdict }),
    ...(now && { after: now.verdict }),
    job: old && now ? differences(fieldsOf(old), fieldsOf(now)) : {},
    work: old?.result && now?.result ? differences(workloadOf(old.result), workloadOf(now.result)) : {},
    figures: figuresOf(old, now),
  }
}

function fieldsOf({ row: { job } }: SweepPoint): ReadonlyMap<string, string> {
  return comparedFields(job)
}

type Sides = { before?: string; after?: string }

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Record<string, Sides> {
  const names = new Set([...before.keys(), ...after.keys()])
  const differing = [...names].filter((name) => before.get(name) !== after.get(name))
  return Object.fromEntries(differing.map((name) => [name, sides(before.get(name), after.get(name))]))
}

function sides<T>(before: T | undefined, after: T | undefined): { before?: T; after?: T } {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

/** With how far the change can be trusted, where both points have an interval. */
function figuresOf(before: SweepPoint | undefined, after: SweepPoint | undefined): ComparedPoint['figures'] {
  const each = comparedFigures.map((name) => {
    const { value, estimate } = estimatedFigures.find((figure) => figure.name === name)!
    const own = (point: SweepPoint | undefined) => ({
      value: point && value(point),
      estimate: point && estimate(point),
    })
    const [old, now] = [own(before), own(after)]
    const kind = name === 'cache_hit_measured' ? 'difference' : 'ratio'
    const { estimate: change } = independentFigure(kind, old, now)
    return [name, { ...sides(old.value, now.value), ...(isFound(change) && { change }) }] as const
  })
  return Object.fromEntries(each.filter(([, both]) => Object.keys(both).length > 0))
}
