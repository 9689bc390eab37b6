import {
  type PhaseSpan,
  type Plan,
  type PlannedTree,
  parseAddress,
  type RequestRecord,
  renderAddress,
} from '@reprise/replay-engine'
import type { TimelineRequest, TimelineSource } from './timeline-source.ts'

/** What a run recorded. */
export interface RecordedRun {
  readonly phases: readonly PhaseSpan[]
  readonly records: readonly RequestRecord[]
  /** Says who waited for whom; absent where it is not at hand. */
  readonly plan?: Pick<Plan, 'trees'>
}

/** A run, live or simulated: a track for each session of each play. */
export function runTimeline({ phases, records, plan }: RecordedRun, name: string): TimelineSource {
  const trees = new Map(plan?.trees.map((tree) => [tree.traceId, tree]))
  const sessions = new Map<string, { index: number; name: string }>()
  for (const record of records.toSorted(byPlace)) {
    const key = sessionKey(record)
    if (sessions.has(key)) continue
    const { lane, play, trace, session } = record
    sessions.set(key, { index: sessions.size, name: `lane ${lane}, play ${play}: ${trace} / ${session}` })
  }
  const known = new Map(records.map(({ id, attempt }) => [id, attempt]))
  const requests = records.map((record) => {
    const isLast = known.get(record.id) === record.attempt
    const id = isLast ? record.id : `${record.id} attempt ${record.attempt}`
    return requestOf(record, {
      id,
      session: sessions.get(sessionKey(record))!.index,
      tree: trees.get(record.trace),
      known,
    })
  })
  return {
    name,
    sessions: [...sessions.values()].map((each) => ({ name: each.name })),
    requests,
    tools: [],
    phases: phases.filter(({ startMs, endMs }, at) => endMs !== undefined || isOpen(phases, at, startMs)).map(phaseOf),
  }
}

/** A phase is told when it begins, and once more when it ends. */
function isOpen(phases: readonly PhaseSpan[], at: number, startMs: number): boolean {
  return !phases.some((other, index) => index !== at && other.startMs === startMs && other.endMs !== undefined)
}

function phaseOf({ phase, startMs, endMs }: PhaseSpan) {
  return { name: phase, startMs, ...(endMs !== undefined && { endMs }) }
}

interface Place {
  readonly id: string
  readonly session: number
  readonly tree: PlannedTree | undefined
  readonly known: ReadonlyMap<string, number>
}

function requestOf(record: RequestRecord, { id, session, tree, known }: Place): TimelineRequest {
  const { dueMs, sentMs, firstTokenMs, doneMs, outcome, cachedTokens, idealHitTokens } = record
  const inputTokens = record.inputTokens ?? record.plannedInputTokens
  // A request that was resent has a connection instant before it; nothing of one begins before it was due.
  const startMs = Math.min(dueMs, sentMs ?? dueMs)
  const { lane, play, sessionIndex, turn } = parseAddress(record.id)
  const needs = tree?.sessions[sessionIndex]?.turns[turn]?.needs ?? []
  const next = tree?.sessions[sessionIndex]?.turns[turn + 1]
  return {
    ...{ id, session, name: outcome.kind, startMs, endMs: Math.max(doneMs, startMs), inputTokens },
    ...(sentMs !== undefined && { sentMs }),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    hitTokens: Math.min(cachedTokens ?? idealHitTokens, inputTokens),
    stages: stagesOf(record, startMs),
    waitsFor: needs.flatMap(({ session: other, turn: at, relation, trigger }) => {
      const on = renderAddress({ lane, play, sessionIndex: other, turn: at })
      return relation === 'sequence' || !known.has(on) ? [] : [{ id: on, relation, trigger }]
    }),
    gapName: next?.needs.some(({ relation }) => relation === 'join') ? 'subagents' : 'think',
    facts: factsOf(record),
  }
}

function stagesOf({ sentMs, firstTokenMs, lastTokenMs, doneMs }: RequestRecord, startMs: number) {
  if (sentMs === undefined) return []
  const late = sentMs > startMs ? [{ name: 'due, not sent', startMs, endMs: sentMs }] : []
  if (firstTokenMs === undefined)
    return [...late, { name: 'queue and prefill', startMs: sentMs, endMs: Math.max(sentMs, doneMs) }]
  const endMs = Math.max(firstTokenMs, lastTokenMs ?? doneMs)
  return [
    ...late,
    { name: 'queue and prefill', startMs: sentMs, endMs: firstTokenMs },
    { name: 'decode', startMs: firstTokenMs, endMs },
  ]
}

function factsOf(record: RequestRecord): TimelineRequest['facts'] {
  const { trace, session, lane, play, turn, phase, attempt, outcome } = record
  const { plannedInputTokens, plannedOutputTokens, inputTokens, outputTokens, cachedTokens, idealHitTokens } = record
  return {
    ...{
      trace,
      session,
      lane,
      play,
      turn,
      phase,
      attempt,
      outcome: outcome.kind,
      plannedInputTokens,
      plannedOutputTokens,
    },
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cachedTokens !== undefined && { cachedTokens }),
    idealHitTokens,
    ...('message' in outcome && { message: outcome.message }),
  }
}

function sessionKey({ id }: RequestRecord): string {
  const { lane, play, sessionIndex } = parseAddress(id)
  return `${lane}.${play}.${sessionIndex}`
}

function byPlace(a: RequestRecord, b: RequestRecord): number {
  const [one, other] = [parseAddress(a.id), parseAddress(b.id)]
  return one.lane - other.lane || one.play - other.play || one.sessionIndex - other.sessionIndex
}
