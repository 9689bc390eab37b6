import type { Point } from './point.ts'

/** What a search has to go by. */
export interface SearchState {
  /** Sizes that may be measured, rising. */
  readonly ladder: readonly number[]
  /** Where it begins. */
  readonly start: number
  /** In any order; of sizes of the ladder. */
  readonly points: readonly Point[]
}

/**
 * The size that is to be measured next, once more where another run may tell; `undefined` when the search is over.
 *
 * From the start it doubles until a size breaks, or halves until one keeps; then it halves what lies between the smallest size that breaks and the
 * largest one below it that keeps. Sizes that cannot tell stay between: both ends close in on them, and come less near. Both ends are then confirmed by runs with other
 * seeds, since near its edge a server may hold out by chance; and one size well above is looked at, for what breaks at one size may keep at a larger one.
 */
export function nextSize({ ladder, start, points }: SearchState): number | undefined {
  const open = points.find((point) => point.open)
  if (open) return open.size
  const measured = points.toSorted((one, other) => one.size - other.size)
  const [lowest, highest] = [measured[0], measured.at(-1)]
  if (lowest === undefined || highest === undefined) return start
  const { holds, firstNot, lastNot, breaks } = bracketOf(points)
  if (breaks === undefined && highest.size < ladder.at(-1)!) return atLeast(ladder, 2 * highest.size)
  if (holds === undefined && lowest.size > ladder[0]!) return atMost(ladder, lowest.size / 2)
  const middle = between(ladder, holds, firstNot, breaks) ?? between(ladder, lastNot, breaks, holds)
  if (middle !== undefined) return middle
  const shaky = points.find((point) => !point.confirmed && (point.size === holds || point.size === breaks))
  if (shaky) return shaky.size
  return breaks === undefined ? undefined : beyond(ladder, breaks, highest.size)
}

export interface Bracket {
  /** The largest size that keeps and is below all that break. */
  readonly holds?: number
  /** The next larger one that was measured. */
  readonly firstNot?: number
  /** The largest size below `breaks` that was measured. */
  readonly lastNot?: number
  /** The smallest size that breaks. */
  readonly breaks?: number
}

export function bracketOf(points: readonly Point[]): Bracket {
  const sorted = points.toSorted((one, other) => one.size - other.size)
  const broken = sorted.findIndex(({ verdict }) => verdict === 'breaks')
  const below = broken < 0 ? sorted : sorted.slice(0, broken)
  const kept = below.findLastIndex(({ verdict }) => verdict === 'keeps')
  return {
    ...(kept >= 0 && { holds: sorted[kept]!.size }),
    ...(kept + 1 < sorted.length && { firstNot: sorted[kept + 1]!.size }),
    ...(broken > 0 && { lastNot: sorted[broken - 1]!.size }),
    ...(broken >= 0 && { breaks: sorted[broken]!.size }),
  }
}

/** Nearer than that nothing is looked for beside a size that cannot tell: its neighbours hardly can. */
const NEAR = 1.2

/** A size in the middle between two that were measured; `opposite`: the other end, where they are not both ends themselves. */
function between(
  ladder: readonly number[],
  low: number | undefined,
  high: number | undefined,
  opposite: number | undefined,
): number | undefined {
  if (low === undefined || high === undefined) return undefined
  const [from, to] = [ladder.indexOf(low), ladder.indexOf(high)]
  const isBracket = opposite === low || opposite === high
  if (to - from <= 1 || (!isBracket && high <= NEAR * low)) return undefined
  return ladder[Math.floor((from + to) / 2)]
}

/** How far above a size that breaks another one has to have been looked at. */
const BEYOND = 1.5

function beyond(ladder: readonly number[], breaks: number, highest: number): number | undefined {
  if (highest >= BEYOND * breaks || highest === ladder.at(-1)) return undefined
  return atLeast(ladder, BEYOND * breaks)
}

function atLeast(ladder: readonly number[], size: number): number {
  return ladder.find((each) => each >= size) ?? ladder.at(-1)!
}

function atMost(ladder: readonly number[], size: number): number {
  return ladder.findLast((each) => each <= size) ?? ladder[0]!
}
