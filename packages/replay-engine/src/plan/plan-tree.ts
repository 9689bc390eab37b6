import { printable } from '@reprise/safe-text'
import type { Dependency, Session, Trace, Turn } from '@reprise/trace'
import type { LanesLoad } from './load.ts'
import type { PlannedDependency, PlannedSession, PlannedTree, PlannedTurn } from './plan.ts'
import { PlanError } from './plan-error.ts'

/**
 * The turns of one trace as a load sends them: delays capped and scaled, turns beyond the context marked.
 *
 * @throws PlanError when a turn waits for one that does not exist, or turns wait for each other in a circle: it would never end.
 */
export function planTree(trace: Trace, index: number, load: LanesLoad): PlannedTree {
  const tree = {
    traceId: trace.id,
    trace: index,
    sessions: trace.sessions.map((session) => planSession(session, load)),
  }
  checkThatItEnds(tree)
  return tree
}

function planSession(session: Session, load: LanesLoad): PlannedSession {
  return {
    id: session.id,
    ...(session.parent !== undefined && { parent: session.parent }),
    turns: session.turns.map((turn) => planTurn(turn, load)),
  }
}

function planTurn(turn: Turn, load: LanesLoad): PlannedTurn {
  // A request has at least a word to say and a token to ask for, whatever was recorded.
  const inputTokens = Math.max(1, turn.inputTokens)
  const outputTokens = Math.max(1, turn.outputTokens)
  const overContext = inputTokens + outputTokens > (load.maxContextTokens ?? Number.POSITIVE_INFINITY)
  return {
    inputTokens,
    outputTokens,
    needs: turn.needs.map((need) => planDependency(need, load)),
    ...(overContext && { overContext }),
  }
}

function planDependency({ on, trigger, delayMs, relation }: Dependency, load: LanesLoad): PlannedDependency {
  const cappedMs = Math.min(Math.max(0, delayMs), load.thinkCapMs ?? Number.POSITIVE_INFINITY)
  return { session: on.session, turn: on.turn, trigger, delayMs: cappedMs * load.timeScale, relation }
}

/** Takes turns away whose needs are all gone until none is left. */
function checkThatItEnds(tree: PlannedTree): void {
  const waiting = new Map<string, number>()
  const dependents = new Map<string, string[]>()
  for (const [s, session] of tree.sessions.entries()) {
    for (const [t, turn] of session.turns.entries()) {
      waiting.set(`${s}.${t}`, turn.needs.length)
      for (const need of turn.needs) {
        if (!tree.sessions[need.session]?.turns[need.turn])
          throw new PlanError(
            `trace ${printable(tree.traceId)}: turn ${s}.${t} waits for ${need.session}.${need.turn}, which is not there`,
          )
        const key = `${need.session}.${need.turn}`
        const list = dependents.get(key)
        if (list) list.push(`${s}.${t}`)
        else dependents.set(key, [`${s}.${t}`])
      }
    }
  }
  const free = [...waiting].filter(([, needs]) => needs === 0).map(([key]) => key)
  for (const key of free) {
    waiting.delete(key)
    for (const dependent of dependents.get(key) ?? []) {
      const left = waiting.get(dependent)! - 1
      waiting.set(dependent, left)
      if (left === 0) free.push(dependent)
    }
  }
  const [stuck] = waiting.keys()
  if (stuck) throw new PlanError(`trace ${printable(tree.traceId)}: turn ${stuck} waits for itself through other turns`)
}
