import type { RequestRecord } from '@reprise/replay-engine'
import { begunMs, slackMs } from '../audit/instant-problem.ts'
import type { FidelityCounts } from '../result/fidelity.ts'
import type { Captured, CapturedTurn } from './captured-turns.ts'
import type { CaptureCheckName } from './check-list.ts'
import type { CountFinding, Finding } from './fidelity-check.ts'
import { playKey, type Replayed } from './replayed-turns.ts'
import { sessionKey, sessionName, turnKey, turnName } from './turn-name.ts'

/** Whether everything that was captured was sent, once, and in its order. */
export function countFindings(captured: Captured, replayed: Replayed): Partial<Record<CaptureCheckName, Finding>> {
  return {
    ...missing(captured, replayed),
    'doubled-requests': counted(doubled(captured, replayed)),
    'extra-requests': counted(extra(captured, replayed)),
    order: counted(outOfOrder(captured, replayed)),
    unanswered: unanswered(replayed),
  }
}

export function fidelityCounts(captured: Captured, replayed: Replayed): FidelityCounts {
  const sent = new Set(replayed.dispatched.map(sessionKey))
  return {
    captured: captured.turns.size,
    planned: replayed.planned.size,
    dispatched: replayed.dispatched.length,
    completed: replayed.dispatched.filter(({ outcome }) => outcome.kind === 'ok').length,
    sessions: { captured: captured.sessions.size, planned: replayed.plannedSessions.size, dispatched: sent.size },
  }
}

function counted(named: readonly string[]): CountFinding {
  return { kind: 'count', named }
}

/** Of a session that is missing as a whole, no turn is told. */
function missing({ sessions }: Captured, replayed: Replayed): Record<'missing-sessions' | 'missing-turns', Finding> {
  const wholes: string[] = []
  const turns: string[] = []
  for (const own of sessions.values()) {
    const gone = own.filter((each) => !wasSent(each, replayed))
    if (own.length > 0 && gone.length === own.length)
      wholes.push(`${sessionName(own[0]!)} (${whyMissing(own[0]!, replayed)})`)
    else turns.push(...gone.map((each) => `${turnName(each)} (${whyMissing(each, replayed)})`))
  }
  return { 'missing-sessions': counted(wholes), 'missing-turns': counted(turns) }
}

function wasSent(turn: CapturedTurn, { records }: Replayed): boolean {
  return records.get(turnKey(turn))?.some((record) => begunMs(record) !== undefined) ?? false
}

function whyMissing(turn: CapturedTurn, { planned, records }: Replayed): string {
  const plan = planned.get(turnKey(turn))
  if (!plan) return 'not planned'
  if (plan.planned.overContext) return 'does not fit the context'
  return records.has(turnKey(turn)) ? 'planned, not sent' : 'planned, no record'
}

/** A play sends a turn once; a later attempt of a run that broke off may send it again. */
function doubled({ turns }: Captured, { records }: Replayed): string[] {
  const names: string[] = []
  for (const [key, own] of records) {
    const captured = turns.get(key)
    if (!captured) continue
    const sent = own.filter((each) => begunMs(each) !== undefined && each.phase !== 'warmup')
    for (const again of Map.groupBy(sent, (each) => `${playKey(each)} ${each.attempt}`).values())
      if (again.length > 1) names.push(`${turnName(captured)} (${again.length} times)`)
  }
  return names
}

function extra({ turns, sessions }: Captured, { dispatched }: Replayed): string[] {
  return dispatched
    .filter((record) => !turns.has(turnKey(record)))
    .map((record) => `${turnName(record)} (${sessions.has(sessionKey(record)) ? 'no such turn' : 'no such session'})`)
}

/** Whether a request left before what it waits for had ended, or had been due, in its own play. */
function outOfOrder({ turns }: Captured, { records }: Replayed): string[] {
  const names: string[] = []
  for (const [key, own] of records) {
    const captured = turns.get(key)
    if (!captured) continue
    for (const record of own) {
      const before = firstUnmet(captured, record, records)
      if (before !== undefined) names.push(`${turnName(captured)} (before ${before})`)
    }
  }
  return names
}

function firstUnmet({ needs }: CapturedTurn, record: RequestRecord, records: Replayed['records']): string | undefined {
  const leftMs = begunMs(record)
  if (leftMs === undefined || record.phase === 'warmup') return undefined
  const play = playKey(record)
  for (const { key, trigger } of needs) {
    // What was warmed up, or cut short and sent again, may stand there too; the first that is over is what a turn waits for.
    const ends = (records.get(key) ?? []).filter((each) => playKey(each) === play && begunMs(each) !== undefined)
    if (ends.length === 0) continue
    const metMs = Math.min(...ends.map((each) => (trigger === 'completion' ? each.doneMs : each.dueMs)))
    if (leftMs < metMs - slackMs) return `${turnName(ends[0]!)} ${trigger === 'completion' ? 'had ended' : 'was due'}`
  }
  return undefined
}

function unanswered({ dispatched }: Replayed): Finding {
  const failed = dispatched.filter(({ outcome }) => outcome.kind !== 'ok')
  return {
    kind: 'count',
    named: failed.map((record) => `${turnName(record)} (${record.outcome.kind})`),
    of: dispatched.length,
  }
}
