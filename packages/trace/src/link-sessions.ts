import type { Dependency, Launch, Session, SubagentTimeBasis, Turn } from './corpus.ts'
import { roundMs } from './milliseconds.ts'

/** A session whose turns do not yet know what they wait for. */
export type UnlinkedSession = Omit<Session, 'turns'> & { readonly turns: readonly Omit<Turn, 'needs'>[] }

/** Recorders round starts to whole seconds: what seems to end this little after a turn's start ended before it. */
const roundingMs = 1000

/**
 * The sessions with the dependencies of every turn.
 *
 * - `sequence`: the turn before in the session; the delay is the client's gap, without the wait for subagents.
 * - `spawn`, or `background` where nobody waits: a subagent's first turn, on the parent's turn before it.
 * - `join`: on the last turn of each subagent that ended before this turn and was started right before it; the delay is the gap
 *   between the last of their ends and this turn.
 *
 * With `basis: 'start-absolute'` recorded think times count from the last reply to any agent of the trace, so where a trace has
 * subagents its gaps come from the starts instead.
 *
 * Every session but the root must have a `parent` before it and a `launch`; all must have turns.
 */
export function linkSessions(sessions: readonly UnlinkedSession[], { basis }: { basis: SubagentTimeBasis }): Session[] {
  const thinkIsOwn = basis !== 'start-absolute' || sessions.length === 1
  const families = familiesOf(sessions)
  return sessions.map((session, index) => ({
    ...session,
    turns: session.turns.map((turn, position) => ({ ...turn, needs: needsOf(index, position) })),
  }))

  function needsOf(session: number, position: number): Dependency[] {
    const turn = turnAt(session, position)
    const group = families[session]?.joinedBy.get(position) ?? []
    const lastEndMs = group.reduce(
      (last, child) => Math.max(last, sessions[child]?.launch?.endMs ?? 0),
      Number.NEGATIVE_INFINITY,
    )
    const joinDelayMs = group.length === 0 ? undefined : Math.max(0, roundMs(turn.startMs - lastEndMs))
    const joins = group
      .flatMap((child) => lastTurnsOf(child))
      .map(
        ([child, last]): Dependency => ({
          on: { session: child, turn: last },
          trigger: 'completion',
          delayMs: joinDelayMs ?? 0,
          relation: 'join',
        }),
      )
    if (position === 0) return [...launchNeeds(session, turn.startMs), ...joins]
    const previous = turnAt(session, position - 1)
    const delayMs = joinDelayMs ?? ownGapMs(previous, turn, thinkIsOwn)
    return [{ on: { session, turn: position - 1 }, trigger: 'completion', delayMs, relation: 'sequence' }, ...joins]
  }

  /** What the first turn of a session waits for; nothing for the root. */
  function launchNeeds(index: number, startMs: number): Dependency[] {
    const { parent, launch } = sessions[index] ?? {}
    if (parent === undefined || launch === undefined) return []
    const waited = launch.endMs !== undefined && (launchesLast(sessions, index) || isJoined(sessions, index))
    const relation = waited ? 'spawn' : 'background'
    if (launch.afterTurn === undefined) {
      // Started before its parent's first turn: with the parent where the parent waited for it, else beside that turn.
      if (isJoined(sessions, index)) return launchNeeds(parent, startMs)
      return [dispatchOf(parent, 0, startMs, relation)]
    }
    const before = turnAt(parent, launch.afterTurn)
    if (before.apiMs !== undefined && startMs < before.startMs + before.apiMs - roundingMs) {
      return [dispatchOf(parent, launch.afterTurn, startMs, relation)]
    }
    const on = { session: parent, turn: launch.afterTurn }
    return [{ on, trigger: 'completion', delayMs: gapMs(before, startMs), relation }]
  }

  function dispatchOf(session: number, turn: number, startMs: number, relation: Dependency['relation']): Dependency {
    const delayMs = Math.max(0, roundMs(startMs - turnAt(session, turn).startMs))
    return { on: { session, turn }, trigger: 'dispatch', delayMs, relation }
  }

  /** The turns whose completion is the session's: its last, and those of subagents that it waited for at its end. */
  function lastTurnsOf(index: number): (readonly [session: number, turn: number])[] {
    const last = (sessions[index]?.turns.length ?? 0) - 1
    return [[index, last], ...(families[index]?.trailing ?? []).flatMap(lastTurnsOf)]
  }

  function turnAt(session: number, position: number): Omit<Turn, 'needs'> {
    const turn = sessions[session]?.turns[position]
    if (!turn) throw new RangeError(`session ${session} has no turn ${position}`)
    return turn
  }
}

/** From the end of the turn before to `startMs`; from its start where its server time was not recorded. Never negative. */
function gapMs(previous: Omit<Turn, 'needs'>, startMs: number): number {
  return Math.max(0, roundMs(startMs - previous.startMs - (previous.apiMs ?? 0)))
}

/**
 * The client's gap as recorded. Where the server time of the turn before is missing (its capture broke off), recorders
 * counted from the last reply they did see, so the difference of starts is the most that it can be.
 */
function ownGapMs(previous: Omit<Turn, 'needs'>, turn: Omit<Turn, 'needs'>, thinkIsOwn: boolean): number {
  const differenceMs = gapMs(previous, turn.startMs)
  if (turn.thinkMs === undefined) return differenceMs
  if (previous.apiMs === undefined) return Math.min(turn.thinkMs, differenceMs)
  return thinkIsOwn ? turn.thinkMs : differenceMs
}

/** The subagents of a session that somebody waits for. */
interface Family {
  /** By the position of the session's turn that waits for them. */
  readonly joinedBy: Map<number, number[]>
  /** Those that ended after its last turn. */
  readonly trailing: number[]
}

/** One for each session, made in one pass: a session may have thousands of subagents. */
function familiesOf(sessions: readonly UnlinkedSession[]): Family[] {
  const families = sessions.map((): Family => ({ joinedBy: new Map(), trailing: [] }))
  for (const [index, { parent, launch }] of sessions.entries()) {
    if (parent === undefined || launch?.endMs === undefined) continue
    const family = families[parent]
    if (launchesLast(sessions, index)) family?.trailing.push(index)
    if (!isJoined(sessions, index)) continue
    const position = launchPosition(launch)
    const group = family?.joinedBy.get(position)
    if (group) group.push(index)
    else family?.joinedBy.set(position, [index])
  }
  return families
}

/** Whether the parent's turn that follows the launch waits for the subagent. */
function isJoined(sessions: readonly UnlinkedSession[], index: number): boolean {
  const { parent, launch } = sessions[index] ?? {}
  if (parent === undefined || launch?.endMs === undefined) return false
  const turn = sessions[parent]?.turns[launchPosition(launch)]
  if (!turn) return false
  const before = launch.afterTurn !== undefined || launch.startMs < turn.startMs
  return before && launch.endMs <= turn.startMs + roundingMs
}

/** Whether it was started after its parent's last turn. */
function launchesLast(sessions: readonly UnlinkedSession[], index: number): boolean {
  const { parent, launch } = sessions[index] ?? {}
  return launch !== undefined && launchPosition(launch) >= (sessions[parent ?? 0]?.turns.length ?? 0)
}

/** Position of the parent's turn that follows the launch. */
function launchPosition(launch: Pick<Launch, 'afterTurn'>): number {
  return (launch.afterTurn ?? -1) + 1
}
