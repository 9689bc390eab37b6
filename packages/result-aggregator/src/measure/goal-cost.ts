import { neededRuns } from '../interval/forecast.ts'
import type { BudgetGoal, GoalCost, PilotBudget } from '../result/budget.ts'
import type { PilotFigure } from './pilot-figure.ts'
import { LEAST_RUNS } from './repeats-verdict.ts'

/** The load of a pilot, as far as costs follow from it. */
export type PilotLoad = Pick<PilotBudget, 'measuredMs' | 'warmupMs' | 'sessions' | 'corpusSessions' | 'gpus'>

/**
 * What a goal costs at the load of a pilot: one longer run, or several as long as the pilot; neither where it takes more sessions than there are. `figures`: what each
 * pilot of this load tells; where three or more differ in their seeds, they show themselves how runs differ.
 */
export function goalCost(goal: BudgetGoal, figures: readonly PilotFigure[], load: PilotLoad): GoalCost {
  const [first = {}] = figures
  const deviation = deviationOf(figures) ?? first.logDeviation
  const count = deviation === undefined ? undefined : neededRuns(deviation, goal.halfWidthShare)
  const sessionsNeeded =
    first.neededMs === undefined ? undefined : Math.ceil((first.neededMs * load.sessions) / load.measuredMs)
  const run =
    first.neededMs === undefined ? undefined : { sessions: sessionsNeeded!, ...timeOf(1, first.neededMs, load) }
  const runs =
    count === undefined
      ? undefined
      : { count, sessions: count * load.sessions, ...timeOf(count, load.measuredMs, load) }
  // What the pilot has reached needs no more sessions than it had.
  const most = Math.max(load.corpusSessions, load.sessions)
  const fits = ({ sessions }: { readonly sessions: number }) => sessions <= most
  const reached = { ...(run && fits(run) && { run }), ...(runs && fits(runs) && { runs }) }
  const isReached = reached.run !== undefined || reached.runs !== undefined
  const { value, halfWidthShare, designEffect, wholeCorpusShare } = first
  return {
    goal,
    pilot: { ...(value !== undefined && { value }), ...(halfWidthShare !== undefined && { halfWidthShare }) },
    ...(wholeCorpusShare !== undefined && { wholeCorpusShare }),
    ...(sessionsNeeded !== undefined && { sessionsNeeded }),
    ...(designEffect !== undefined && { designEffect }),
    ...reached,
    ...(!isReached && { notReachable: run || runs ? 'corpus' : (first.notReachable ?? 'time') }),
  }
}

/** So many runs of so much measured time. */
function timeOf(runs: number, measuredMs: number, { warmupMs, gpus }: PilotLoad) {
  const busyMs = runs * (measuredMs + warmupMs)
  return { measuredMs: runs * measuredMs, ...(gpus !== undefined && { gpuHours: (gpus * busyMs) / 3_600_000 }) }
}

/** Standard deviation of the logarithms of what runs with other seeds gave; `undefined` where fewer than three did. */
function deviationOf(figures: readonly PilotFigure[]): number | undefined {
  const logs = figures.flatMap(({ value }) => (value !== undefined && value > 0 ? [Math.log(value)] : []))
  if (logs.length < LEAST_RUNS) return undefined
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  return Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1))
}
