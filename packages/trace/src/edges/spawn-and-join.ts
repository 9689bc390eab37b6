import type { Dependency } from '../corpus.ts'
import { roundMs } from '../milliseconds.ts'
import { sequenceEdges, type TimedSession, type TimedTurn } from './timed-session.ts'

/**
 * What each turn of each session waits for, by `dispatch` or `completion`; `inferEdges` says what these mean. A session with a known launch
 * starts and joins where that says. Parents must lead in no circle.
 */
export function spawnAndJoin(sessions: readonly TimedSession[], rule: 'dispatch' | 'completion'): Dependency[][][] {
  const needs = sequenceEdges(sessions)
  for (const [child, { parent }] of sessions.entries()) if (parent !== undefined) linkChild(child, parent)
  return rule === 'completion' ? withOneGap(sessions, needs) : needs

  function linkChild(child: number, parent: number): void {
    const { turns, launch } = sessions[child]!
    const above = sessions[parent]!.turns
    const last = lastToEnd(turns)
    const source = launch?.from ?? sourceOf(turns[0]!, above, rule)
    const consumer = launch ? launch.joinedBy : consumerOf(turns[last]!, above, source)
    if (source !== undefined)
      needs[child]![0]!.push(spawnEdge({ session: parent, turn: source }, above[source]!, turns[0]!, rule, consumer))
    if (consumer === undefined) return
    const delayMs = Math.max(0, roundMs(above[consumer]!.startMs - turns[last]!.endMs))
    const on = { session: child, turn: last }
    needs[parent]![consumer]!.push({ on, trigger: 'completion', delayMs, relation: 'join' })
  }
}

/** The parent's turn after which a child is sent. */
export function sourceOf(
  first: TimedTurn,
  parent: readonly TimedTurn[],
  rule: 'dispatch' | 'completion',
): number | undefined {
  let source: number | undefined
  for (const [turn, { startMs, endMs }] of parent.entries()) {
    const isBefore = rule === 'dispatch' ? startMs <= first.startMs : endMs <= first.startMs
    if (isBefore && (rule === 'dispatch' || source === undefined || endMs >= parent[source]!.endMs)) source = turn
  }
  return source
}

export function spawnEdge(
  on: Dependency['on'],
  source: TimedTurn,
  first: TimedTurn,
  trigger: 'dispatch' | 'completion',
  consumer: number | undefined,
): Dependency {
  const fromMs = trigger === 'dispatch' ? source.startMs : source.endMs
  const delayMs = Math.max(0, roundMs(first.startMs - fromMs))
  return { on, trigger, delayMs, relation: consumer === undefined ? 'background' : 'spawn' }
}

/** The first of the parent's turns behind the source that was sent after the child's last reply. */
export function consumerOf(
  last: TimedTurn,
  parent: readonly TimedTurn[],
  source: number | undefined,
): number | undefined {
  const found = parent.findIndex(({ startMs }, turn) => turn > (source ?? -1) && startMs >= last.endMs)
  return found < 0 ? undefined : found
}

/** Of those that end together the first. */
export function lastToEnd(turns: readonly TimedTurn[]): number {
  return turns.reduce((latest, { endMs }, turn) => (endMs > turns[latest]!.endMs ? turn : latest), 0)
}

/** One delay stands behind all that a turn waits for: from the last of their ends. */
function withOneGap(sessions: readonly TimedSession[], needs: readonly Dependency[][][]): Dependency[][][] {
  return needs.map((turns, session) =>
    turns.map((own, turn) => {
      if (own.length === 0) return own
      const lastEndMs = Math.max(...own.map(({ on }) => sessions[on.session]!.turns[on.turn]!.endMs))
      const delayMs = Math.max(0, roundMs(sessions[session]!.turns[turn]!.startMs - lastEndMs))
      return own.map((need) => ({ ...need, delayMs }))
    }),
  )
}
