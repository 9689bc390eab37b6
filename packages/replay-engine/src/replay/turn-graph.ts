import type { PlannedDependency, PlannedTree } from '../plan/planned-tree.ts'
import type { EndedTurn } from './progress.ts'

/** A turn whose needs are all met. */
export interface ReadyTurn {
  readonly sessionIndex: number
  readonly turn: number
  readonly dueMs: number
  /** When its recorded time wanted it; absent where the load does not go by recorded times. */
  readonly targetMs?: number
}

interface Dependent {
  readonly node: number
  readonly trigger: PlannedDependency['trigger']
  readonly delayMs: number
}

/**
 * The turns of one tree as a dataflow graph: told what was sent and what ended, it says what is due next.
 *
 * A truncated turn takes with it whatever waits for its end, and what waits for that: those turns are never ready. Which they are
 * follows from the graph alone and not from who was faster. No clock: instants are told.
 */
export class TurnGraph {
  readonly #tree: PlannedTree
  /** Node number of each session's first turn. */
  readonly #firstNode: readonly number[]
  readonly #waiting: number[]
  readonly #dueMs: number[]
  readonly #dependents: Dependent[][]
  readonly #gone: boolean[]
  readonly #ended: boolean[]
  #left = 0
  #originMs = 0

  constructor(tree: PlannedTree, startTurn: number) {
    this.#tree = tree
    this.#firstNode = firstNodes(tree)
    const count = this.#firstNode.at(-1)!
    this.#waiting = new Array<number>(count).fill(0)
    this.#dueMs = new Array<number>(count).fill(0)
    this.#dependents = Array.from({ length: count }, () => [])
    this.#gone = new Array<boolean>(count).fill(false)
    this.#ended = new Array<boolean>(count).fill(false)
    this.#connect(startTurn)
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
      for (const [t, { targetMs }] of session.turns.entries()) {
        const node = this.#node(s, t)
        this.#dueMs[node] = targetMs === undefined ? atMs : Math.max(atMs, originMs + targetMs)
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
      if (truncated) this.truncated(sessionIndex, turn, wasSent)
      else ready.push(...this.ended(sessionIndex, turn, endedMs))
    }
    return ready.filter(({ sessionIndex, turn }) => !this.#ended[this.#node(sessionIndex, turn)])
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
  truncated(sessionIndex: number, turn: number, wasSent: boolean): void {
    const from = this.#node(sessionIndex, turn)
    this.#end(from)
    for (const { node, trigger } of this.#dependents[from]!) if (trigger === 'completion' || !wasSent) this.#drop(node)
  }

  #end(node: number): void {
    this.#ended[node] = true
    this.#left -= 1
  }

  #connect(startTurn: number): void {
    const done = sessionsDone(this.#tree, startTurn)
    const isDone = (sessionIndex: number, turn: number) =>
      done.has(sessionIndex) || (sessionIndex === 0 && turn < startTurn)
    for (const [s, session] of this.#tree.sessions.entries()) {
      for (const [t, turn] of session.turns.entries()) {
        const node = this.#node(s, t)
        if (isDone(s, t)) {
          this.#gone[node] = true
          continue
        }
        this.#left += 1
        for (const { session: onSession, turn: onTurn, trigger, delayMs } of turn.needs) {
          if (isDone(onSession, onTurn)) continue
          this.#waiting[node]! += 1
          this.#dependents[this.#node(onSession, onTurn)]!.push({ node, trigger, delayMs })
        }
      }
    }
  }

  #release(from: number, trigger: Dependent['trigger'], atMs: number): ReadyTurn[] {
    const ready: ReadyTurn[] = []
    for (const dependent of this.#dependents[from]!) {
      // On record a turn may have ended while the one that it waited for to be sent has not.
      if (dependent.trigger !== trigger || this.#gone[dependent.node] || this.#ended[dependent.node]) continue
      const { node, delayMs } = dependent
      this.#waiting[node]! -= 1
      this.#dueMs[node] = Math.max(this.#dueMs[node]!, atMs + delayMs)
      if (this.#waiting[node] === 0) ready.push(this.#ready(node))
    }
    return ready
  }

  #drop(first: number): void {
    const dropping = [first]
    for (const node of dropping) {
      if (this.#gone[node] || this.#ended[node]) continue
      this.#gone[node] = true
      this.#left -= 1
      dropping.push(...this.#dependents[node]!.map((dependent) => dependent.node))
    }
  }

  #ready(node: number): ReadyTurn {
    const address = this.#address(node)
    const { targetMs } = this.#tree.sessions[address.sessionIndex]!.turns[address.turn]!
    const dueMs = this.#dueMs[node]!
    return { ...address, dueMs, ...(targetMs !== undefined && { targetMs: this.#originMs + targetMs }) }
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
