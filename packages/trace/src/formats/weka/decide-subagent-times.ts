import type { SubagentTimeBasis } from '../../corpus.ts'
import type { RecordedSession, RecordedSubagent, RecordedTrace, RecordedTurn } from './recorded-trace.ts'
import { turnsOf } from './recorded-trace.ts'

export interface SubagentTimesDecision {
  readonly basis: SubagentTimeBasis
  /** Ids of the traces whose own times do not fit it, in the order given. They are read by it all the same. */
  readonly contrary: readonly string[]
}

/** Two instants that closer look like one: whole-second times, and the second a client takes to start an agent. */
const nearMs = 2000
const relativeMs = 500

/**
 * How a whole corpus writes the times of its subagents, by what its figures allow; or `forced`, whatever they do.
 *
 * Each trace with evidence has one voice, so that an odd one does not decide for the others. First, where inner times count from: those of
 * a subagent lie within its duration, from the marker on or from 0 on. Where they count from its own, what the marker
 * stands for: the start where it lies right behind the parent's last reply, the completion where it lies a duration behind it. Undecided:
 * `completion-relative`, the form of the largest public set, where any inner request stands before its marker; else `start-absolute`.
 *
 * Source: docs/decisions/0003-subagent-times.md
 */
export function decideSubagentTimes(
  traces: Iterable<RecordedTrace>,
  forced?: SubagentTimeBasis,
): SubagentTimesDecision {
  const found = [...traces].map(({ id, root }) => ({ id, ...evidenceIn(root) }))
  const basis = forced ?? basisOf(found)
  return { basis, contrary: found.filter((trace) => isContrary(trace, basis)).map(({ id }) => id) }
}

/** Sums over the subagents of a trace: what is positive speaks for the first of two readings. */
interface Evidence {
  /** Inner times count from the subagent's start, or from the trace's. */
  relative: number
  /** Subagents whose inner times fit neither. */
  neither: number
  /** The marker is the completion, or the start. */
  completion: number
  asked: boolean
  beforeMarker: boolean
}

function basisOf(traces: readonly Evidence[]): SubagentTimeBasis {
  const relative = majority(traces.map((trace) => trace.relative))
  const isAbsolute =
    relative === 0
      ? traces.some(({ asked }) => asked) && !traces.some(({ beforeMarker }) => beforeMarker)
      : relative < 0
  if (isAbsolute) return 'start-absolute'
  // What a trace of the other kind says about its markers is chance.
  const completion = majority(traces.filter((trace) => trace.relative >= 0).map((trace) => trace.completion))
  return completion < 0 ? 'start-relative' : 'completion-relative'
}

/** The sign of the voices of traces, one each; of the sums where they are even. */
function majority(sums: readonly number[]): number {
  const voices = sums.reduce((total, sum) => total + Math.sign(sum), 0)
  return Math.sign(voices || sums.reduce((total, sum) => total + sum, 0))
}

function isContrary({ relative, neither, completion }: Evidence, basis: SubagentTimeBasis): boolean {
  if (neither > Math.abs(relative)) return true
  if (basis === 'start-absolute') return relative > 0
  return relative < 0 || (basis === 'start-relative' ? completion > 0 : completion < 0)
}

function evidenceIn(root: RecordedSession): Evidence {
  const evidence = { relative: 0, neither: 0, completion: 0, asked: false, beforeMarker: false }
  for (const { subagent, before } of launchesOf(root)) {
    evidence.completion += markerVoice(subagent, before)
    const inner = turnsOf(subagent.session)
    if (inner.length === 0) continue
    evidence.asked = true
    if (inner[0]!.tMs < subagent.tMs - relativeMs) evidence.beforeMarker = true
    const voice = innerVoice(subagent, inner)
    if (voice === undefined) evidence.neither += 1
    else evidence.relative += voice
  }
  return evidence
}

/** 1 for inner times that can only count from the subagent's start, -1 from the trace's, 0 where both can be; undefined where neither can. */
function innerVoice(subagent: RecordedSubagent, inner: readonly RecordedTurn[]): -1 | 0 | 1 | undefined {
  const [asRelative, asAbsolute] = [lieWithin(inner, 0, subagent), lieWithin(inner, subagent.tMs, subagent)]
  if (asRelative !== asAbsolute) return asRelative ? 1 : -1
  if (!asRelative) return undefined
  // An agent begins by asking: a first request at the marker's own instant is no chance, unless that is near 0 anyway.
  const { tMs } = subagent
  return tMs > 2 * nearMs && Math.abs(inner[0]!.tMs - tMs) <= nearMs ? -1 : 0
}

/** Whether all turns begin while the subagent lives, if it starts at `startMs`. Without a duration its end is not known. */
function lieWithin(turns: readonly RecordedTurn[], startMs: number, { durationMs }: RecordedSubagent): boolean {
  const endMs = durationMs === undefined ? Number.POSITIVE_INFINITY : startMs + durationMs
  return turns.every(({ tMs }) => tMs >= startMs - relativeMs && tMs <= endMs + nearMs)
}

/** 1 for a marker that can only be the completion, -1 for one that can only be the start, 0 for one that says nothing. */
function markerVoice({ tMs, durationMs, async }: RecordedSubagent, before: RecordedTurn | undefined): -1 | 0 | 1 {
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
