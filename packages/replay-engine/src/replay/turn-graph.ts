import type { PlannedDependency, PlannedTree } from '../plan/planned-tree.ts'
import type { Play, Snapshot } from '../plan/play.ts'
import type { EndedTurn } from './progress.ts'

/** A turn whose needs are all met. */
export interface ReadyTurn {
  readonly sessionIndex: number
  readonly turn: number
  readonly dueMs: number
  /** When its recorded time wanted it; absent where the load does not go by recorded times. */
  readonly targetMs?: number
  /** How much earlier than its delays say, since idle time was cut while it waited. Absent: not at all. */
  readonly idleCutMs?: number
}

interface Dependent {
  readonly node: number
  readonly trigger: PlannedDependency['trigger']
  readonly delayMs: number
  readonly relation: PlannedDependency['relation']
}

/**
 * The turns of one tree as a dataflow graph: told what was sent and what ended, it says what is due next.
 *
 * A truncated turn takes with it whatever waits for its end, and what waits for that: those turns are never ready. Which they are
 * follows from the graph alone and not from who was faster. Where it ends its session alone, the session's later turns and those that they
 * start are never ready, and whoever joins it, or comes after it in recorded order alone, goes on. No clock: instants are told.
 */
export class TurnGraph {
  readonly #tree: PlannedTree
  readonly #snapshot: Snapshot | undefined
  readonly #endsSession: boolean
  /** Node number of each session's first turn. */
  readonly #firstNode: readonly number[]
  readonly #waiting: number[]
  readonly #dueMs: number[]
  /** By how much idle time was cut since the need that decides `#dueMs` was met. */
  readonly #idleCutMs: number[]
  /** Something that it waited for, other than in recorded order alone, lies before the start: it goes on at its recorded time. */
  readonly #resumed: boolean[]
  readonly #dependents: Dependent[][]
  readonly #gone: boolean[]
  readonly #ended: boolean[]
  #left = 0
  #originMs = 0

  constructor(play: PlayedFrom) {
    const { tree, snapshot } = play
    this.#tree = tree
    this.#snapshot = snapshot
    this.#endsSession = play.overflowEnds === 'session'
    this.#firstNode = firstNodes(tree)
    const count = this.#firstNode.at(-1)!
    this.#waiting = new Array<number>(count).fill(0)
    this.#dueMs = new Array<number>(count).fill(0)
    this.#idleCutMs = new Array<number>(count).fill(0)
    this.#resumed = new Array<boolean>(count).fill(false)
    this.#dependents = Array.from({ length: count }, () => [])
    this.#gone = new Array<boolean>(count).fill(false)
    this.#ended = new Array<boolean>(count).fill(false)
    this.#connect(snapshot?.from ?? firstTurns(play))
  }

  /** Nothing is in flight or to come. */
  get over(): boolean {
    return this.#left === 0
  }

  /** It lies before the start turn, or waits for a turn that did not fit: it is not played. */
  isLeftOut(sessionIndex: number, turn: number): boolean {
    return this.#gone[this.#node(sessionIndex, turn)]!
  }

  /** The turns that wait for nothing. `originMs`: where recorded times count from. To be called once, before anything else. */
  begin(atMs: number, originMs = atMs): ReadyTurn[] {
    this.#originMs = originMs
    const ready: ReadyTurn[] = []
    for (const [s, session] of this.#tree.sessions.entries()) {
      for (const [t, { targetMs, startMs }] of session.turns.entries()) {
        const node = this.#node(s, t)
        this.#dueMs[node] =
          targetMs === undefined ? atMs + this.#restMs(node, startMs) : Math.max(atMs, originMs + targetMs)
        if (this.#waiting[node] === 0 && !this.#gone[node]) ready.push(this.#ready(node))
      }
    }
    return ready
  }

  /** Instead of `begin`, where turns have ended in an earlier attempt: takes them in the order of their ends, returns what is due next. */
  resume(turns: readonly EndedTurn[]): ReadyTurn[] {
    const ready = this.begin(0)
    for (const { sessionIndex, turn, sentMs, endedMs, truncated } of turns) {
      const wasSent = sentMs !== undefined
      if (wasSent || !truncated) ready.push(...this.dispatched(sessionIndex, turn, sentMs ?? endedMs))
      if (truncated) ready.push(...this.truncated(sessionIndex, turn, { wasSent, atMs: endedMs }))
      else ready.push(...this.ended(sessionIndex, turn, endedMs))
    }
    return ready.filter(({ sessionIndex, turn }) => !this.#ended[this.#node(sessionIndex, turn)])
  }

  /** From the start of a play that is found at an instant to the recorded start of a turn that had nothing left to wait for, or not all. */
  #restMs(node: number, startMs = 0): number {
    const snapshot = this.#snapshot
    return snapshot && this.#resumed[node] ? Math.max(0, (startMs - snapshot.atMs) * snapshot.timeScale) : 0
  }

  /** The tree has been idle for longer than it may: whatever still waits, with something of its wait behind it, is due so much earlier. */
  cutIdle(ms: number): void {
    for (const [node, dueMs] of this.#dueMs.entries()) {
      if (this.#waiting[node] === 0) continue
      this.#dueMs[node] = dueMs - ms
      this.#idleCutMs[node]! += ms
    }
  }

  dispatched(sessionIndex: number, turn: number, atMs: number): ReadyTurn[] {
    return this.#release(this.#node(sessionIndex, turn), 'dispatch', atMs)
  }

  /** The reply ended, well or not: a session goes on after a failed turn. */
  ended(sessionIndex: number, turn: number, atMs: number): ReadyTurn[] {
    const node = this.#node(sessionIndex, turn)
    this.#end(node)
    return this.#release(node, 'completion', atMs)
  }

  /** The turn does not fit the context. What waits for no more than its dispatch goes on if it was sent at all. */
  truncated(sessionIndex: number, turn: number, { wasSent, atMs }: { wasSent: boolean; atMs: number }): ReadyTurn[] {
    const from = this.#node(sessionIndex, turn)
    this.#end(from)
    const ready: ReadyTurn[] = []
    const dropping: number[] = []
    for (const dependent of this.#dependents[from]!) {
      if (dependent.trigger === 'dispatch' && wasSent) continue
      if (this.#outlives(dependent)) ready.push(...this.#meet(dependent, atMs))
      else dropping.push(dependent.node)
    }
    return [...ready, ...this.#drop(dropping, atMs)]
  }

  /** It goes on where what it waited for will never end. */
  #outlives({ relation }: Dependent): boolean {
    return relation === 'order' || (this.#endsSession && relation === 'join')
  }

  #end(node: number): void {
    this.#ended[node] = true
    this.#left -= 1
  }

  /** `from`: of each session, the first turn that is played. */
  #connect(from: readonly number[]): void {
    const isDone = (sessionIndex: number, turn: number) => turn < from[sessionIndex]!
    for (const [s, session] of this.#tree.sessions.entries()) {
      for (const [t, turn] of session.turns.entries()) {
        const node = this.#node(s, t)
        if (isDone(s, t)) {
          this.#gone[node] = true
          continue
        }
        this.#left += 1
        this.#resumed[node] = turn.needs.every(({ relation }) => relation === 'order')
        for (const { session: onSession, turn: onTurn, trigger, delayMs, relation } of turn.needs) {
          if (isDone(onSession, onTurn)) {
            if (relation !== 'order') this.#resumed[node] = true
            continue
          }
          this.#waiting[node]! += 1
          this.#dependents[this.#node(onSession, onTurn)]!.push({ node, trigger, delayMs, relation })
        }
      }
    }
  }

  #release(from: number, trigger: Dependent['trigger'], atMs: number): ReadyTurn[] {
    const ready: ReadyTurn[] = []
    for (const dependent of this.#dependents[from]!) {
      if (dependent.trigger === trigger) ready.push(...this.#meet(dependent, atMs))
    }
    return ready
  }

  /** One of the needs of a turn is met; returns the turn if it was the last. */
  #meet({ node, delayMs }: Dependent, atMs: number): ReadyTurn[] {
    // On record a turn may have ended while the one that it waited for to be sent has not.
    if (this.#gone[node] || this.#ended[node]) return []
    this.#waiting[node]! -= 1
    if (atMs + delayMs > this.#dueMs[node]!) {
      this.#dueMs[node] = atMs + delayMs
      this.#idleCutMs[node] = 0
    }
    return this.#waiting[node] === 0 ? [this.#ready(node)] : []
  }

  /** Takes turns away, and whatever waits for them and does not outlive them. */
  #drop(dropping: number[], atMs: number): ReadyTurn[] {
    const ready: ReadyTurn[] = []
    for (const node of dropping) {
      if (this.#gone[node] || this.#ended[node]) continue
      this.#gone[node] = true
      this.#left -= 1
      for (const dependent of this.#dependents[node]!) {
        if (this.#outlives(dependent)) ready.push(...this.#meet(dependent, atMs))
        else dropping.push(dependent.node)
      }
    }
    return ready.filter((turn) => !this.isLeftOut(turn.sessionIndex, turn.turn))
  }

  #ready(node: number): ReadyTurn {
    const address = this.#address(node)
    const { targetMs } = this.#tree.sessions[address.sessionIndex]!.turns[address.turn]!
    const [dueMs, idleCutMs] = [this.#dueMs[node]!, this.#idleCutMs[node]!]
    return {
      ...address,
      dueMs,
      ...(targetMs !== undefined && { targetMs: this.#originMs + targetMs }),
      ...(idleCutMs > 0 && { idleCutMs }),
    }
  }

  #node(sessionIndex: number, turn: number): number {
    return this.#firstNode[sessionIndex]! + turn
  }

  #address(node: number): { sessionIndex: number; turn: number } {
    let sessionIndex = 0
    while (this.#firstNode[sessionIndex + 1]! <= node) sessionIndex += 1
    return { sessionIndex, turn: node - this.#firstNode[sessionIndex]! }
  }
}

/** One more entry than sessions: the last is the number of turns. */
function firstNodes(tree: PlannedTree): number[] {
  const first = [0]
  for (const session of tree.sessions) first.push(first.at(-1)! + session.turns.length)
  return first
}

/** What of a play its turns depend on. */
type PlayedFrom = Pick<Play, 'tree' | 'startTurn' | 'snapshot' | 'overflowEnds'>

/** Of each session, the first turn that is played: none of a session that was spawned before the start turn. */
function firstTurns({ tree, startTurn }: PlayedFrom): number[] {
  const done = sessionsDone(tree, startTurn)
  return tree.sessions.map(({ turns }, s) => (s === 0 ? startTurn : done.has(s) ? turns.length : 0))
}

/** Sessions that were spawned before the start turn: all that their first turn waits for lies before it. */
function sessionsDone(tree: PlannedTree, startTurn: number): Set<number> {
  const done = new Set<number>()
  if (startTurn === 0) return done
  for (let before = -1; before < done.size; ) {
    before = done.size
    for (const [s, session] of tree.sessions.entries()) {
      const needs = session.turns[0]?.needs ?? []
      if (s > 0 && needs.every((need) => done.has(need.session) || (need.session === 0 && need.turn < startTurn)))
        done.add(s)
    }
  }
  return done
}
