import type { Launch, Session, SubagentTimeBasis, Trace } from '../../corpus.ts'
import type { UnlinkedSession } from '../../link-sessions.ts'
import { linkSessions } from '../../link-sessions.ts'
import { roundMs } from '../../milliseconds.ts'
import type { RecordedSession, RecordedSubagent, RecordedTrace, RecordedTurn } from './recorded-trace.ts'
import { turnsOf } from './recorded-trace.ts'

/** The trace with the times of its subagents read by `basis`, and with dependencies. Subagents that asked nothing are left out. */
export function buildTrace(recorded: RecordedTrace, basis: SubagentTimeBasis): Trace {
  const sessions: UnlinkedSession[] = [
    { id: 'root', ...headOf(recorded.root), turns: turnsAt(turnsOf(recorded.root), 0) },
  ]
  const ids = new FreeIds('root')
  addSubagents(recorded.root, { session: 0, turns: 0 }, 0)
  return { id: recorded.id, models: recorded.models, sessions: linkSessions(sessions, { basis }) }

  /** `parent.turns` counts the parent's turns so far; `originMs` is where the times inside `session` count from. */
  function addSubagents(session: RecordedSession, parent: { session: number; turns: number }, originMs: number): void {
    for (const entry of session.entries) {
      if (entry.kind === 'turn') parent.turns += 1
      else addSubagent(entry.subagent, parent, originMs)
    }
  }

  function addSubagent(subagent: RecordedSubagent, parent: { session: number; turns: number }, originMs: number): void {
    const life = lifeOf(subagent, basis, originMs)
    const innerOriginMs = subagent.isChain ? originMs : basis === 'start-absolute' ? 0 : life.startMs
    const turns = turnsAt(turnsOf(subagent.session), innerOriginMs)
    // A subagent without requests of its own sends nothing; those it started are its parent's.
    if (turns.length === 0) {
      addSubagents(subagent.session, parent, innerOriginMs)
      return
    }
    sessions.push({
      id: ids.take(subagent.agentId ?? 'agent'),
      parent: parent.session,
      launch: { ...(parent.turns > 0 && { afterTurn: parent.turns - 1 }), ...life },
      ...(subagent.agentType !== undefined && { agentType: subagent.agentType }),
      ...headOf(subagent.session),
      turns,
    })
    addSubagents(subagent.session, { session: sessions.length - 1, turns: 0 }, innerOriginMs)
  }
}

function lifeOf(subagent: RecordedSubagent, basis: SubagentTimeBasis, originMs: number): Omit<Launch, 'afterTurn'> {
  if (subagent.isChain) {
    const startMs = roundMs(originMs + subagent.tMs)
    return { startMs, endMs: roundMs(startMs + (subagent.durationMs ?? 0)) }
  }
  const atMs = roundMs(basis === 'start-absolute' ? subagent.tMs : originMs + subagent.tMs)
  if (subagent.async) return { startMs: atMs }
  const durationMs = subagent.durationMs ?? innerDurationMs(subagent, basis)
  return basis === 'completion-relative'
    ? { startMs: roundMs(atMs - durationMs), endMs: atMs }
    : { startMs: atMs, endMs: roundMs(atMs + durationMs) }
}

/** Until the last reply inside, where the recorder gave no duration. */
function innerDurationMs(subagent: RecordedSubagent, basis: SubagentTimeBasis): number {
  const originMs = basis === 'start-absolute' ? subagent.tMs : 0
  return turnsOf(subagent.session).reduce((most, turn) => Math.max(most, turn.tMs + (turn.apiMs ?? 0) - originMs), 0)
}

function turnsAt(turns: readonly RecordedTurn[], originMs: number): UnlinkedSession['turns'] {
  return turns.map(({ tMs, ...turn }) => ({ ...turn, startMs: roundMs(originMs + tMs) }))
}

function headOf({ toolTokens, systemTokens }: RecordedSession): Pick<Session, 'toolTokens' | 'systemTokens'> {
  return { toolTokens, systemTokens }
}

/** Ids that no other session of the trace has: a name that comes again is numbered. */
class FreeIds {
  readonly #taken: Set<string>
  /** The number that a name gets next: looking for it from 2 each time took half a minute for 20,000 sessions of one name. */
  readonly #next = new Map<string, number>()

  constructor(taken: string) {
    this.#taken = new Set([taken])
  }

  take(wanted: string): string {
    let id = wanted
    let copy = this.#next.get(wanted) ?? 2
    for (; this.#taken.has(id); copy += 1) id = `${wanted}~${copy}`
    this.#next.set(wanted, copy)
    this.#taken.add(id)
    return id
  }
}
