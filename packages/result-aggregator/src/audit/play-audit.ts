import {
  type PlannedTurn,
  type Play,
  type ReadyTurn,
  type RequestRecord,
  renderAddress,
  type TurnAddress,
  TurnGraph,
} from '@reprise/replay-engine'
import { type AuditProblem, foundBy } from './audit-problem.ts'
import { begunMs, slackMs } from './instant-problem.ts'
import { tokenProblem } from './token-problem.ts'

type Ended = Pick<RequestRecord, 'attempt' | 'phase' | 'dueMs' | 'doneMs'>

/** A turn that nothing holds back since `readyMs`, and that is due when its think time has passed. */
export interface DueTurn {
  readonly id: string
  readonly readyMs: number
  readonly dueMs: number
}

/** Hears of a record that can be, and of when its turn was due by what it waited for. */
export type OnDue = (record: RequestRecord, due: DueTurn) => void

/**
 * One play as its records tell it, in the order in which they were written. A turn comes after what it waits for has ended, once; only a
 * later attempt sends it again, after a cut or to warm the server's cache.
 */
export class PlayAudit {
  readonly #play: Play
  readonly #onDue: OnDue | undefined
  readonly #graph: TurnGraph
  readonly #ended = new Map<string, Ended>()
  /** By id: the attempt that sent it last. */
  readonly #attempts = new Map<string, number>()
  readonly #due = new Map<string, DueTurn>()

  /** `fromMs`: the lane was free then, or the play arrived; `originMs`: where recorded times count from. */
  constructor(
    play: Play,
    { fromMs, originMs = fromMs, onDue }: { fromMs: number; originMs?: number; onDue?: OnDue | undefined },
  ) {
    this.#play = play
    this.#onDue = onDue
    this.#graph = new TurnGraph(play)
    this.#await(this.#graph.begin(fromMs, originMs), fromMs)
  }

  /** Every turn of the play is on record. */
  get isOver(): boolean {
    return this.#graph.over
  }

  /** Turns that wait for nothing and of which the attempt has no record, not even of a cut. */
  due(attempt: number): DueTurn[] {
    return [...this.#due.values()].filter(({ id }) => this.#attempts.get(id) !== attempt)
  }

  /** What cannot be about this record. */
  add(record: RequestRecord, { sessionIndex, turn, again }: TurnAddress): AuditProblem | undefined {
    const planned = this.#play.tree.sessions[sessionIndex]?.turns[turn]
    if (!planned) return foundBy('plan', 'the plan has no such turn')
    const name = this.#nameProblem(record, sessionIndex, turn)
    if (name !== undefined) return foundBy('plan', name)
    if (this.#isPrimer(record, { sessionIndex, turn })) return this.#primerProblem(record, planned, again)
    if (again !== undefined) return foundBy('once', 'it is said to be sent again, and the plan sends it once')
    const problem = tokenProblem(record, planned)
    if (problem !== undefined) return foundBy('tokens', problem)
    const { id, attempt, outcome, phase, dueMs, doneMs } = record
    const sentMs = begunMs(record)
    if (planned.overContext && (outcome.kind !== 'truncated' || sentMs !== undefined))
      return foundBy('plan', 'it does not fit the context, and was sent all the same')
    if ((this.#attempts.get(id) ?? 0) >= attempt) return twice(attempt)
    this.#attempts.set(id, attempt)
    if (this.#ended.has(id))
      return foundBy('once', phase === 'warmup' ? undefined : 'it was played once more after it had ended')
    if (this.#graph.isLeftOut(sessionIndex, turn)) return foundBy('order', 'the play does not come to this turn')
    const early = this.#needProblem(record, sessionIndex, turn)
    if (early !== undefined) return foundBy('order', early)
    if (outcome.kind === 'cancelled') return undefined
    const due = this.#due.get(id)
    if (due) this.#onDue?.(record, due)
    this.#ended.set(id, { attempt, phase, dueMs, doneMs })
    this.#due.delete(id)
    const isTruncated = outcome.kind === 'truncated'
    const wasSent = sentMs !== undefined
    if (wasSent || !isTruncated) this.#await(this.#graph.dispatched(sessionIndex, turn, sentMs ?? doneMs), doneMs)
    if (isTruncated) this.#await(this.#graph.truncated(sessionIndex, turn, { wasSent, atMs: doneMs }), doneMs)
    else this.#await(this.#graph.ended(sessionIndex, turn, doneMs), doneMs)
    return undefined
  }

  /** A turn before the start of the play, which warm-up alone sends. */
  #isPrimer({ phase }: RequestRecord, { sessionIndex, turn }: Pick<TurnAddress, 'sessionIndex' | 'turn'>): boolean {
    const primers = this.#play.snapshot?.primers ?? []
    return phase === 'warmup' && primers.some((each) => each.sessionIndex === sessionIndex && each.turn === turn)
  }

  /** It asks for one token, and no more often than the plan says. */
  #primerProblem(record: RequestRecord, planned: PlannedTurn, again = 0): AuditProblem | undefined {
    const { id, attempt } = record
    const most = this.#play.snapshot?.again ?? 0
    if (again > most) return foundBy('once', `warm-up sends no turn again more than ${most} times`)
    if (this.#attempts.get(id) === attempt) return twice(attempt)
    this.#attempts.set(id, attempt)
    return foundBy('tokens', tokenProblem(record, { ...planned, outputTokens: 1 }))
  }

  #nameProblem({ trace, session: name, turn: number }: RequestRecord, sessionIndex: number, turn: number) {
    const { tree } = this.#play
    const isSame = trace === tree.traceId && name === tree.sessions[sessionIndex]!.id && number === turn
    return isSame ? undefined : 'its trace, session and turn are not those of its id in the plan'
  }

  #needProblem(
    { dueMs, attempt, phase, idleCutMs = 0 }: RequestRecord,
    sessionIndex: number,
    turn: number,
  ): string | undefined {
    for (const need of this.#play.tree.sessions[sessionIndex]!.turns[turn]!.needs) {
      if (this.#graph.isLeftOut(need.session, need.turn)) continue
      const id = this.#idOf(need.session, need.turn)
      const ended = this.#ended.get(id)
      // What it waits for to be sent may still be under way.
      if (!ended && need.trigger === 'completion') return `it waits for ${id}, which has no record`
      if (!ended) continue
      // Think time is cut where profiling finds a lane in the middle of it, and stands still over a break.
      const delayMs = ended.attempt === attempt && ended.phase === phase ? need.delayMs : 0
      const fromMs = need.trigger === 'completion' ? ended.doneMs : ended.dueMs
      if (dueMs < fromMs + delayMs - idleCutMs - slackMs) return `it was due before ${id} let it be`
    }
    return undefined
  }

  #await(ready: readonly ReadyTurn[], readyMs: number): void {
    for (const { sessionIndex, turn, dueMs } of ready) {
      const id = this.#idOf(sessionIndex, turn)
      if (!this.#ended.has(id)) this.#due.set(id, { id, readyMs, dueMs })
    }
  }

  #idOf(sessionIndex: number, turn: number): string {
    return renderAddress({ lane: this.#play.lane, play: this.#play.play, sessionIndex, turn })
  }
}

function twice(attempt: number): AuditProblem | undefined {
  return foundBy('once', `it is on record twice in attempt ${attempt}`)
}
