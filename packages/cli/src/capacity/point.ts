import {
  LEAST_RUNS,
  type Objective,
  type ObjectiveShare,
  type ObjectiveVerdict,
  repeatsVerdict,
} from '@reprise/result-aggregator/run'

/** One run at a size, as far as a search looks at it. */
export interface PointRun {
  readonly seed: number
  readonly folder: string
  /** In the order of the objectives. */
  readonly shares: readonly ObjectiveShare[]
  /** The server did so badly that the run was given up; why. */
  readonly gaveUp?: string
  /** Nothing can be said by it; why. */
  readonly unusable?: string
}

/** What is known at a size. */
export interface Point {
  readonly size: number
  readonly runs: readonly PointRun[]
  readonly verdict: ObjectiveVerdict
  /** Over its runs, in the order of the objectives; none where no run can be used. */
  readonly shares: readonly ObjectiveShare[]
  /** Where the shares do not say why. */
  readonly note?: string
  /** Another run with another seed may tell. */
  readonly open: boolean
  /** More than one run has said so, or no more would. */
  readonly confirmed: boolean
}

/** Every objective has to be kept, and one that breaks is enough. `maxRepeats`: so many runs are made where fewer do not tell. */
export function pointOf(
  size: number,
  runs: readonly PointRun[],
  { objectives, maxRepeats }: { readonly objectives: readonly Objective[]; readonly maxRepeats: number },
): Point {
  const gaveUp = runs.find((run) => run.gaveUp !== undefined)
  const used = runs.filter((run) => run.gaveUp === undefined && run.unusable === undefined)
  const shares =
    used.length === 0
      ? []
      : objectives.map(({ percentile }, i) =>
          repeatsVerdict(
            used.map((run) => run.shares[i]!),
            percentile,
          ),
        )
  const known = { size, runs, shares }
  if (gaveUp) return { ...known, verdict: 'breaks', note: gaveUp.gaveUp!, open: false, confirmed: true }
  if (shares.length === 0) return { ...known, verdict: 'unclear', note: unusable(runs), open: false, confirmed: true }
  const verdict = verdictOf(shares)
  const mayTell = shares.some(({ verdict: own, why }) => own === 'unclear' && why !== 'fell-behind')
  const open = verdict === 'unclear' && mayTell && runs.length < maxRepeats
  return { ...known, verdict, open, confirmed: runs.length >= Math.min(LEAST_RUNS, maxRepeats) }
}

function unusable(runs: readonly PointRun[]): string {
  return runs.find((run) => run.unusable !== undefined)?.unusable ?? 'no run'
}

function verdictOf(shares: readonly ObjectiveShare[]): ObjectiveVerdict {
  if (shares.some(({ verdict }) => verdict === 'breaks')) return 'breaks'
  return shares.every(({ verdict }) => verdict === 'keeps') ? 'keeps' : 'unclear'
}
