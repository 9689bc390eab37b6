import { textTable } from '@reprise/result-aggregator'
import type { BudgetGoal, GoalCost, NotReachable, PilotBudget } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import { timeText } from '../terminal/time-text.ts'

/** A table for each load with a row for each goal, and below them on what all of it rests; plain ASCII. */
export function renderBudget(budgets: readonly PilotBudget[]): string {
  return `${budgets.map(renderPilot).join('\n')}\n${assumption}\n`
}

const assumption = `Assumed: the error of a figure shrinks with the root of the time, as plays and stretches of time become more, and values spread as in
the pilot. for one: so many requests tell as much as one that is independent of the others. all sessions: what a run would know that
begins as many sessions as the corpus has. One run, or several as long as the pilot with other seeds; GPU h: with a warm-up like the pilot's.`

function renderPilot(budget: PilotBudget): string {
  const { load, folders, measuredMs, sessions, corpusSessions, gpus, goals } = budget
  const pilots =
    folders.length === 1 ? printable(folders[0]!, 300) : `${folders.length} pilots, ${printable(folders[0]!, 300)} ...`
  const lead = `${load}: ${timeText(measuredMs)} of ${sessions} sessions in ${pilots}; the corpus has ${corpusSessions}`
  const costs = gpus === undefined ? ['one run', 'or runs'] : ['one run', 'GPU h', 'or runs', 'GPU h']
  const rows = goals.map((cost) => rowOf(cost, gpus !== undefined))
  const table = textTable([['wanted', 'pilot', 'for one', 'all sessions', 'sessions', ...costs], ...rows])
  const missing = Map.groupBy(
    goals.filter(({ notReachable }) => notReachable),
    ({ notReachable }) => notReachable!,
  )
  const notes = [...missing].map(
    ([reason, same]) => `- not reachable: ${same.map(needText).join(', ')}: ${reasonText(reason, budget)}\n`,
  )
  return `${lead}\n${table}${notes.join('')}`
}

/** `ttft_p90 +-10 % (1840 sessions)` */
function needText({ goal, sessionsNeeded }: GoalCost): string {
  return sessionsNeeded === undefined ? goalText(goal) : `${goalText(goal)} (${sessionsNeeded} sessions)`
}

function rowOf({ goal, pilot, designEffect, wholeCorpusShare, run, runs }: GoalCost, hasGpus: boolean): string[] {
  const spread = (share: number | undefined) => (share === undefined ? '-' : `+-${percent(share)}`)
  const hours = (cost: { readonly gpuHours?: number | undefined } | undefined) =>
    hasGpus ? [cost?.gpuHours?.toFixed(1) ?? '-'] : []
  const sessions = run ?? runs
  return [
    goalText(goal),
    spread(pilot.halfWidthShare),
    designEffect === undefined ? '-' : designEffect.toFixed(1),
    spread(wholeCorpusShare),
    sessions === undefined ? '-' : String(sessions.sessions),
    run === undefined ? '-' : timeText(run.measuredMs),
    ...hours(run),
    runs === undefined ? '-' : `${runs.count} x ${timeText(runs.measuredMs / runs.count)}`,
    ...hours(runs),
  ]
}

/** `ttft_p90 +-10%` */
function goalText(goal: BudgetGoal): string {
  return `${goal.metric === 'output' ? goal.metric : `${goal.metric}_p${goal.percentile}`} +-${percent(goal.halfWidthShare)}`
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}

function reasonText(reason: NotReachable, { measuredMs, corpusSessions }: PilotBudget): string {
  if (reason === 'corpus')
    return `it takes more sessions than the ${corpusSessions} of the corpus; played again they say nothing of others like them`
  return reasons[reason].replace('{pilot}', timeText(measuredMs))
}

const reasons: Readonly<Record<Exclude<NotReachable, 'corpus'>, string>> = {
  time: 'a thousand times the pilot would not do',
  'few-values': 'the pilot has too few requests for so high a percentile: take a longer one',
  'few-plays': 'the pilot has too few sessions to tell how they differ: take a longer one, or more lanes',
  'short-window':
    'in {pilot} nobody can tell; a pace takes a pilot of an hour, all else one of ten minutes, or three with other seeds',
  'beyond-values': 'the pilot is too short to bound it on both sides: take a longer one',
  'cut-off': 'the end of the pilot cut off what it is of',
  'fell-behind': 'the server fell behind, and its figures grow with the window: measure at a smaller load',
  'offered-load': 'what arrives decides it, and no server',
}
