import type { Dependency, Turn } from '../corpus.ts'
import { roundMs } from '../milliseconds.ts'

/** A session as far as the times of its turns tell what they waited for. */
export interface TimedSession {
  /** Index in the list of sessions. */
  readonly parent?: number
  readonly turns: readonly TimedTurn[]
  /** Which turns of the parent asked for it and used its result, where that is recorded: the times are not asked then. */
  readonly launch?: KnownLaunch
}

export interface TimedTurn {
  /** Never before that of the turn before it. */
  readonly startMs: number
  readonly endMs: number
}

export interface KnownLaunch {
  readonly from: number
  /** Absent where nobody waited. */
  readonly joinedBy?: number
}

/** A turn without server time ends at its start. */
export function timedSession(turns: readonly Pick<Turn, 'startMs' | 'apiMs'>[], parent?: number): TimedSession {
  let latest = Number.NEGATIVE_INFINITY
  return {
    ...(parent !== undefined && { parent }),
    turns: turns.map(({ startMs, apiMs = 0 }) => {
      latest = Math.max(latest, startMs)
      return { startMs: latest, endMs: roundMs(latest + apiMs) }
    }),
  }
}

/** For the turns of each session: the end of the one before, and the recorded gap. */
export function sequenceEdges(sessions: readonly TimedSession[]): Dependency[][][] {
  return sessions.map(({ turns }, session) =>
    turns.map(({ startMs }, turn) => {
      if (turn === 0) return []
      const delayMs = Math.max(0, roundMs(startMs - turns[turn - 1]!.endMs))
      return [{ on: { session, turn: turn - 1 }, trigger: 'completion', delayMs, relation: 'sequence' }]
    }),
  )
}
