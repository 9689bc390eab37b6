import type { Dependency, Trace } from '../corpus.ts'
import { spawnAndJoin } from '../edges/spawn-and-join.ts'
import { type KnownLaunch, timedSession } from '../edges/timed-session.ts'
import type { Losses } from './losses.ts'

/** Who asked for each subagent and who used its result, by its session, as far as rows of Dynamo can tell it. */
export function launchesOf({ sessions }: Trace): Map<number, KnownLaunch> {
  const joins = new Map<number, number>()
  for (const [parent, { turns }] of sessions.entries()) {
    for (const [turn, { needs }] of turns.entries()) {
      for (const { on, relation } of needs)
        if (relation === 'join' && sessions[on.session]!.parent === parent && !joins.has(on.session))
          joins.set(on.session, turn)
    }
  }
  const launches = new Map<number, KnownLaunch>()
  for (const [index, { parent, turns }] of sessions.entries()) {
    const from = turns[0]!.needs.find(({ on }) => on.session === parent)?.on.turn
    const joinedBy = joins.get(index)
    if (from === undefined || (joinedBy !== undefined && joinedBy <= from)) continue
    launches.set(index, { from, ...(joinedBy !== undefined && { joinedBy }) })
  }
  return launches
}

/** Times are whole milliseconds on the way. */
const roundingMs = 1.5

/** Counts the turns that a reader of the rows lets wait for something else, or for another time. */
export function countChangedEdges(trace: Trace, launches: ReadonlyMap<number, KnownLaunch>, losses: Losses): void {
  const sessions = trace.sessions.map(({ turns, parent }, index) => {
    const launch = launches.get(index)
    return { ...timedSession(turns, parent), ...(launch && { launch }) }
  })
  const read = spawnAndJoin(sessions, 'dispatch')
  for (const [session, { turns }] of trace.sessions.entries()) {
    for (const [turn, { needs }] of turns.entries()) {
      const other = read[session]![turn]!
      // What waits for nobody is sent at its recorded time, with the first of the trace.
      const own = needs.filter(
        ({ trigger, relation, on }) => !(trigger === 'dispatch' && relation === 'background' && !hasEdge(other, on)),
      )
      if (own.length !== other.length || own.some((need) => !other.some((each) => isSameEdge(each, need))))
        losses.add('changed', 'needs', 'who waits for whom is read from the times')
      else if (
        own.some(
          (need) => !other.some((each) => isSameEdge(each, need) && Math.abs(each.delayMs - need.delayMs) < roundingMs),
        )
      )
        losses.add('changed', 'needs', 'delays are the gaps between the recorded times')
    }
  }
}

function hasEdge(needs: readonly Dependency[], on: Dependency['on']): boolean {
  return needs.some((each) => each.on.session === on.session && each.on.turn === on.turn)
}

function isSameEdge(a: Dependency, b: Dependency): boolean {
  return a.trigger === b.trigger && a.on.session === b.on.session && a.on.turn === b.on.turn
}
