import type { Dependency, Session, Turn } from '@reprise/trace'

type TurnAddress = Dependency['on']

interface Interval extends TurnAddress {
  readonly startMs: number
  readonly endMs: number
}

/**
 * For each turn, by session and turn, what had ended in the other sessions of the tree when it was recorded to start: of each session the latest,
 * and of these only those that no other one began after the end of. What the turn before in its own session waited for already is left out,
 * and so is what recorded edges have wait for the turn itself.
 *
 * An end is start plus server time; where that is missing, the start. Ends and starts of one instant are in order, equal starts are not.
 *
 * Source: infer_cross_stream_predecessors of AgentX v1 (SemiAnalysisAI/aiperf, src/aiperf/timing/replay_dependencies.py).
 */
export function recordedOrder(sessions: readonly Session[]): TurnAddress[][][] {
  if (sessions.length < 2) return sessions.map(({ turns }) => turns.map(() => []))
  const ranks = ranksOf(sessions)
  const byEnd = sessions.map((session, s) =>
    session.turns.map((turn, t) => intervalOf(turn, s, t)).sort((a, b) => a.endMs - b.endMs || compare(a, b)),
  )
  return sessions.map((session, s) =>
    session.turns.map((turn, t) => {
      const before = session.turns[t - 1]
      const ended = byEnd.flatMap((intervals, other) => {
        const latest = other === s ? undefined : latestEnded(intervals, turn.startMs)
        return latest ? [latest] : []
      })
      return ended
        .filter((one) => !ended.some((later) => later !== one && isBefore(one, later.startMs)))
        .filter((one) => !before || !isBefore(one, before.startMs))
        .filter((one) => ranks[one.session]![one.turn]! < ranks[s]![t]!)
        .filter((one) => !turn.needs.some(({ on }) => on.session === one.session && on.turn === one.turn))
        .map(({ session, turn }) => ({ session, turn }))
    }),
  )
}

function intervalOf({ startMs, apiMs = 0 }: Turn, session: number, turn: number): Interval {
  return { session, turn, startMs, endMs: startMs + Math.max(0, apiMs) }
}

/** By start, and where that is equal by place. */
function compare(a: Interval, b: Interval): number {
  return a.startMs - b.startMs || a.session - b.session || a.turn - b.turn
}

function isBefore({ startMs, endMs }: Interval, instantMs: number): boolean {
  return startMs < instantMs && endMs <= instantMs
}

/** The last of those that began before the instant and had ended by it. `intervals` rise by their ends. */
function latestEnded(intervals: readonly Interval[], instantMs: number): Interval | undefined {
  let [low, high] = [0, intervals.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (intervals[middle]!.endMs <= instantMs) low = middle + 1
    else high = middle
  }
  for (let at = low - 1; at >= 0; at -= 1) if (intervals[at]!.startMs < instantMs) return intervals[at]
  return undefined
}

/**
 * An order of all turns in which each comes after those that it waits for, and else by their starts. Recorders round, so that a turn may
 * wait for one that seems to start after it; an edge that went against this order would close a circle.
 */
function ranksOf(sessions: readonly Session[]): Float64Array[] {
  const ranks = sessions.map(({ turns }) => new Float64Array(turns.length).fill(-1))
  const byStart = sessions.flatMap(({ turns }, s) => turns.map((turn, t) => intervalOf(turn, s, t))).sort(compare)
  let rank = 0
  for (const first of byStart) {
    const waiting: TurnAddress[] = [first]
    const entered = new Set<string>()
    for (let at = waiting.at(-1); at; at = waiting.at(-1)) {
      const { session, turn } = at
      const key = `${session}.${turn}`
      const unranked = entered.has(key)
        ? []
        : sessions[session]!.turns[turn]!.needs.filter(({ on }) => ranks[on.session]?.[on.turn] === -1)
      entered.add(key)
      if (unranked.length > 0) {
        waiting.push(...unranked.map(({ on }) => on))
        continue
      }
      waiting.pop()
      if (ranks[session]![turn] === -1) ranks[session]![turn] = rank++
    }
  }
  return ranks
}
