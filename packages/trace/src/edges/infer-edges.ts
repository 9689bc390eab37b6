import type { Dependency, EdgeRule, Trace } from '../corpus.ts'
import { roundMs } from '../milliseconds.ts'
import { frontierEdges } from './frontier-edges.ts'
import { spawnAndJoin } from './spawn-and-join.ts'
import { type TimedSession, timedSession } from './timed-session.ts'

/**
 * The trace with what its turns wait for inferred anew from the recorded times and from who is whose parent, whatever its files say.
 *
 * - every rule: a turn waits for the end of the one before it in its session, and for the recorded gap.
 * - `dispatch`: a child is sent so long after its parent's latest request sent before it, and may run beside that; the parent's first request
 *   after the child's last reply waits for that reply.
 * - `completion`: a child waits for the end of its parent's latest request that ended before it, joined likewise; all that a request waits for
 *   has the same gap behind it, that to the last of them.
 * - `frontier`: as `dispatch`, but instead of the joins every request waits for whatever had ended before it in all other sessions of the
 *   tree, each session's latest, without a gap of its own.
 *
 * What waits for nobody is sent so long after the trace's first request as it was recorded. Edges never run in a circle.
 *
 * Source: `dispatch`, the lowering of AISimulate (`loadgen/dynamo.rs`); `completion`, that of Dynamo's first Agentic Mooncake
 * (`request_trace/agentic.rs`); `frontier`, AIPerf's replay dependencies (`timing/replay_dependencies.py`).
 */
export function inferEdges(trace: Trace, rule: EdgeRule): Trace {
  const sessions = trace.sessions.map(({ parent, turns }) => timedSession(turns, parent))
  const needs = rule === 'frontier' ? frontierEdges(sessions) : spawnAndJoin(sessions, rule)
  const begin = firstWithoutNeeds(sessions, needs)
  return {
    ...trace,
    sessions: trace.sessions.map((session, index) => ({
      ...session,
      turns: session.turns.map((turn, position) => {
        const own = needs[index]![position]!
        const isFree = own.length === 0 && !(begin.session === index && begin.turn === position)
        return {
          ...turn,
          needs: isFree ? [sinceBegin(sessions, begin, sessions[index]!.turns[position]!.startMs)] : own,
        }
      }),
    })),
  }
}

interface Begin {
  readonly session: number
  readonly turn: number
}

function firstWithoutNeeds(sessions: readonly TimedSession[], needs: readonly Dependency[][][]): Begin {
  let first: (Begin & { readonly startMs: number }) | undefined
  for (const [session, { turns }] of sessions.entries()) {
    for (const [turn, { startMs }] of turns.entries()) {
      if (needs[session]![turn]!.length === 0 && !(first && first.startMs <= startMs))
        first = { session, turn, startMs }
    }
  }
  return first!
}

function sinceBegin(sessions: readonly TimedSession[], { session, turn }: Begin, startMs: number): Dependency {
  const delayMs = roundMs(startMs - sessions[session]!.turns[turn]!.startMs)
  return { on: { session, turn }, trigger: 'dispatch', delayMs, relation: 'background' }
}
