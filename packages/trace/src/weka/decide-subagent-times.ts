import type { SubagentTimeBasis } from '../corpus.ts'
import type { RecordedSession, RecordedSubagent, RecordedTrace, RecordedTurn } from './recorded-trace.ts'
import { turnsOf } from './recorded-trace.ts'

/** Two instants that closer look like one: whole-second times, and the second a client takes to start an agent. */
const nearMs = 2000
const relativeMs = 500

/**
 * How a whole corpus writes the times of its subagents, by what its figures allow.
 *
 * An inner request before its marker: inner times count from the subagent's start. Then the marker stands for the completion, unless
 * more markers lie right behind the parent's last reply than lie a duration behind it. Undecided: `completion-relative`,
 * the form of the largest public set. No inner request before its marker: `start-absolute`.
 *
 * Source: docs/decisions/0003-subagent-times.md
 */
export function decideSubagentTimes(traces: Iterable<RecordedTrace>): SubagentTimeBasis {
  let relative = false
  let balance = 0
  let seen = false
  for (const trace of traces) {
    for (const { subagent, before } of launchesOf(trace.root)) {
      const first = turnsOf(subagent.session)[0]
      if (first) seen = true
      if (first && first.tMs < subagent.tMs - relativeMs) relative = true
      balance += voteOf(subagent, before)
    }
  }
  if (seen && !relative) return 'start-absolute'
  return balance < 0 ? 'start-relative' : 'completion-relative'
}

/** 1 for a time that can only be the completion, -1 for one that can only be the start, 0 for one that says nothing. */
function voteOf({ tMs, durationMs, async }: RecordedSubagent, before: RecordedTurn | undefined): -1 | 0 | 1 {
  if (!before || durationMs === undefined || async) return 0
  const endMs = before.tMs + (before.apiMs ?? 0)
  const asCompletion = Math.abs(tMs - durationMs - endMs) <= nearMs
  const asStart = Math.abs(tMs - endMs) <= nearMs
  if (asCompletion === asStart) return 0
  return asCompletion ? 1 : -1
}

function* launchesOf(
  session: RecordedSession,
): Generator<{ subagent: RecordedSubagent; before: RecordedTurn | undefined }> {
  let before: RecordedTurn | undefined
  for (const entry of session.entries) {
    if (entry.kind === 'turn') {
      before = entry.turn
    } else {
      yield { subagent: entry.subagent, before }
      yield* launchesOf(entry.subagent.session)
    }
  }
}
