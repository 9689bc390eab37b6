import { printable } from '@reprise/safe-text'
import type { Dependency, Session, Trace, Turn } from '@reprise/trace'
import type { Load } from './load.ts'
import { PlanError } from './plan-error.ts'
import type { PlannedDependency, PlannedTree, PlannedTurn } from './planned-tree.ts'
import { recordedOrder } from './recorded-order.ts'

/**
 * The turns of one trace as a load sends them: delays capped and scaled, turns beyond the context marked, recorded times where the load goes by
 * them. `originMs`: where a schedule's times count from.
 *
 * @throws PlanError when a turn waits for one that does not exist, or turns wait for each other in a circle: it would never end.
 */
export function planTree(trace: Trace, index: number, { load, originMs = 0 }: TreeLoad): PlannedTree {
  const { sessions } = trace
  const order = load.kind === 'lanes' && load.order === 'recorded' ? recordedOrder(sessions) : undefined
  const startMs = (trace.startMs ?? 0) - originMs
  const tree = {
    traceId: trace.id,
    trace: index,
    sessions: sessions.map(({ id, parent, turns }, s) => ({
      id,
      ...(parent !== undefined && { parent }),
      turns: turns.map((turn, t) => ({
        ...planTurn(turn, { load, startMs }),
        needs: [
          ...turn.needs.map((need) => planDependency(need, turn, sessions, load)),
          ...(order?.[s]?.[t] ?? []).map(inOrder),
        ],
      })),
    })),
  }
  checkThatItEnds(tree)
  return tree
}

interface TreeLoad {
  readonly load: Load
  readonly originMs?: number
}

/** `startMs`: of the trace, from where the load's times count. */
function planTurn(
  turn: Turn,
  { load, startMs }: { readonly load: Load; readonly startMs: number },
): Omit<PlannedTurn, 'needs'> {
  // A request has at least a word to say and a token to ask for, whatever was recorded.
  const inputTokens = Math.max(1, turn.inputTokens)
  const outputTokens = Math.max(1, turn.outputTokens)
  const overContext = inputTokens + outputTokens > (load.maxContextTokens ?? Number.POSITIVE_INFINITY)
  return {
    inputTokens,
    outputTokens,
    ...(overContext && { overContext }),
    ...(load.kind === 'lanes' && load.start.of === 'time' && { startMs: turn.startMs }),
    ...(hasTarget(turn, load) && { targetMs: Math.max(0, (startMs + turn.startMs) * load.timeScale) }),
  }
}

/** A turn that goes by its recorded time; where turns go by gaps, only what waits for nothing does. */
function hasTarget(turn: Turn, load: Load): boolean {
  return load.kind === 'schedule' && (load.turns === 'recorded' || turn.needs.length === 0)
}

function planDependency(need: Dependency, turn: Turn, sessions: readonly Session[], load: Load): PlannedDependency {
  const { on, trigger, relation } = need
  const endToStart = load.kind === 'lanes' && load.delays === 'end-to-start'
  const delayMs = endToStart ? gapMs(sessions[on.session]?.turns[on.turn], turn, trigger) : need.delayMs
  return { session: on.session, turn: on.turn, trigger, delayMs: keptMs(delayMs, load) * load.timeScale, relation }
}

/** From the recorded trigger to the recorded start. A reply whose server time is not known took none. */
function gapMs(on: Turn | undefined, turn: Turn, trigger: Dependency['trigger']): number {
  if (!on) return 0
  return turn.startMs - on.startMs - (trigger === 'completion' ? Math.max(0, on.apiMs ?? 0) : 0)
}

function inOrder({ session, turn }: Dependency['on']): PlannedDependency {
  return { session, turn, trigger: 'completion', delayMs: 0, relation: 'order' }
}

/** What a load keeps of a recorded delay. */
function keptMs(delayMs: number, load: Load): number {
  const recordedMs = Math.max(0, delayMs)
  if (load.kind === 'schedule') return load.turns === 'recorded' ? 0 : recordedMs
  return Math.min(recordedMs, load.thinkCapMs ?? Number.POSITIVE_INFINITY)
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
