import type { Dependency } from '../corpus.ts'
import { consumerOf, lastToEnd, sourceOf, spawnEdge } from './spawn-and-join.ts'
import { sequenceEdges, type TimedSession } from './timed-session.ts'

/**
 * What each turn waits for by `frontier`: in every other session the turn that had last ended before this one was sent, without those that
 * another of these had waited for, or that the turn before in the session had.
 */
export function frontierEdges(sessions: readonly TimedSession[]): Dependency[][][] {
  const needs = sequenceEdges(sessions)
  const ended = endedTurns(sessions)
  for (const [session, { parent, turns }] of sessions.entries()) {
    if (parent !== undefined) needs[session]![0]!.push(...startEdge(sessions, session, parent))
    for (const [turn, { startMs }] of turns.entries()) {
      const knownMs = turn === 0 ? Number.NEGATIVE_INFINITY : turns[turn - 1]!.startMs
      for (const on of frontierOf(ended, { session, startMs, knownMs }))
        if (!waitsFor(needs[session]![turn]!, on))
          needs[session]![turn]!.push({ on, trigger: 'completion', delayMs: 0, relation: 'join' })
    }
  }
  return needs
}

interface EndedTurn {
  readonly on: Dependency['on']
  readonly startMs: number
  readonly endMs: number
}

/** By end, then start. */
function endedTurns(sessions: readonly TimedSession[]): EndedTurn[] {
  return sessions
    .flatMap(({ turns }, session) => turns.map((times, turn) => ({ on: { session, turn }, ...times })))
    .sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs || a.on.session - b.on.session || a.on.turn - b.on.turn)
}

/** Backwards from the latest end: once a start is known that all others ended before, these were waited for with it. */
function frontierOf(
  ended: readonly EndedTurn[],
  { session, startMs, knownMs }: { readonly session: number; readonly startMs: number; readonly knownMs: number },
): Dependency['on'][] {
  const latest = new Map<number, EndedTurn>()
  let latestStartMs = Number.NEGATIVE_INFINITY
  for (let at = countUntil(ended, startMs) - 1; at >= 0; at -= 1) {
    const each = ended[at]!
    if (each.endMs <= knownMs || (each.endMs <= latestStartMs && each.startMs < latestStartMs)) break
    if (each.on.session === session || each.startMs >= startMs || latest.has(each.on.session)) continue
    latest.set(each.on.session, each)
    latestStartMs = Math.max(latestStartMs, each.startMs)
  }
  return [...latest.values()]
    .filter((each) => !(each.endMs <= latestStartMs && each.startMs < latestStartMs))
    .map(({ on }) => on)
    .sort((a, b) => a.session - b.session)
}

/** How many ended by then. */
function countUntil(ended: readonly EndedTurn[], ms: number): number {
  let [from, to] = [0, ended.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (ended[middle]!.endMs <= ms) from = middle + 1
    else to = middle
  }
  return from
}

/** A child has no turn before its first, so it is sent as `dispatch` sends it. */
function startEdge(sessions: readonly TimedSession[], child: number, parent: number): Dependency[] {
  const [{ turns }, above] = [sessions[child]!, sessions[parent]!.turns]
  const source = sourceOf(turns[0]!, above, 'dispatch')
  if (source === undefined) return []
  const consumer = consumerOf(turns[lastToEnd(turns)]!, above, source)
  return [spawnEdge({ session: parent, turn: source }, above[source]!, turns[0]!, 'dispatch', consumer)]
}

function waitsFor(needs: readonly Dependency[], { session, turn }: Dependency['on']): boolean {
  return needs.some(({ on, trigger }) => trigger === 'completion' && on.session === session && on.turn === turn)
}
