import type { PlannedTree } from '@reprise/replay-engine'
import type { Comparison, Histogram } from '../client/report-data.ts'
import { histogramOf } from './histogram.ts'
import type { ReportRequest } from './report-run.ts'

/**
 * What was replayed beside what the plan holds: prompt and reply lengths in tokens, think times in seconds, turns per session.
 *
 * The plan is every turn of every tree once, think times capped and scaled. Replayed is what was sent, all phases: lanes start
 * inside a session, play some trees twice, and are cut by the end of the window, so the two differ without any fault.
 */
export function compareLengths(requests: readonly ReportRequest[], trees?: readonly PlannedTree[]): Comparison[] {
  const replayed = replayedLengths(requests.filter(({ sentMs }) => sentMs !== undefined))
  const planned = trees && plannedHistograms(trees)
  return names.map((name) => {
    const ofReplay = histogramOf(replayed[name])
    const ofPlan = planned?.[name]
    return { name, ...(ofReplay && { replayed: ofReplay }), ...(ofPlan && { planned: ofPlan }) }
  })
}

const names = ['input', 'output', 'think', 'turns'] as const
type Lengths = Record<(typeof names)[number], number[]>

function replayedLengths(sent: readonly ReportRequest[]): Lengths {
  const sessions = Map.groupBy(sent, ({ lane, play, session }) => JSON.stringify([lane, play, session]))
  return {
    input: sent.map(({ inputTokens, plannedInputTokens }) => inputTokens ?? plannedInputTokens),
    output: sent.flatMap(({ outputTokens }) => outputTokens ?? []),
    think: [...sessions.values()].flatMap(pausesOf),
    turns: [...sessions.values()].map((turns) => turns.length),
  }
}

/** From the end of a turn's reply until the next of the session was due, in seconds; waits for subagents are in it. */
function pausesOf(session: readonly ReportRequest[]): number[] {
  const turns = session.toSorted((one, other) => one.turn - other.turn)
  return turns.slice(1).flatMap((turn, index) => {
    const before = turns[index]!
    const follows = turn.turn === before.turn + 1 && turn.attempt === before.attempt
    return follows ? Math.max(0, turn.dueMs - before.doneMs) / 1000 : []
  })
}

/** Runs of one plan share their trees, and a large corpus takes a while. */
const known = new WeakMap<readonly PlannedTree[], Record<keyof Lengths, Histogram | undefined>>()

function plannedHistograms(trees: readonly PlannedTree[]): Record<keyof Lengths, Histogram | undefined> {
  const before = known.get(trees)
  if (before) return before
  const sessions = trees.flatMap((tree) => tree.sessions)
  const turns = sessions.flatMap((session) => session.turns)
  const found = {
    input: histogramOf(turns.map(({ inputTokens }) => inputTokens)),
    output: histogramOf(turns.map(({ outputTokens }) => outputTokens)),
    think: histogramOf(
      turns.flatMap(({ needs }) =>
        needs
          .filter(({ relation, trigger }) => relation === 'sequence' && trigger === 'completion')
          .map(({ delayMs }) => delayMs / 1000),
      ),
    ),
    turns: histogramOf(sessions.map((session) => session.turns.length)),
  }
  known.set(trees, found)
  return found
}
