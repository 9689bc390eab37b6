import type { Arrivals, Play, RequestRecord, TurnAddress } from '@reprise/replay-engine'
import { type AuditProblem, foundBy } from './audit-problem.ts'
import { type DueTurn, type OnDue, PlayAudit } from './play-audit.ts'

/**
 * One lane as its records tell it: its plays follow each other, each from beginning to end. Keeps one play at a time. Of an open load it is one
 * arrival, and has one play.
 */
export class LaneAudit {
  readonly #arrivals: Arrivals
  readonly #lane: number
  readonly #profilingMs: number
  readonly #onDue: OnDue | undefined
  #number = -1
  #current: PlayAudit | undefined
  #lastDoneMs = 0

  /** `profilingMs`: where arrivals of an open load count from. */
  constructor({
    arrivals,
    lane,
    profilingMs,
    onDue,
  }: {
    readonly arrivals: Arrivals
    readonly lane: number
    readonly profilingMs: number
    readonly onDue?: OnDue | undefined
  }) {
    this.#arrivals = arrivals
    this.#lane = lane
    this.#profilingMs = profilingMs
    this.#onDue = onDue
  }

  /** What cannot be about this record. */
  add(record: RequestRecord, address: TurnAddress): AuditProblem | undefined {
    const { play } = address
    if (play < this.#number) return foundBy('order', `its lane had gone on to play ${this.#number}`)
    if (play > this.#number) {
      const missing = this.#missing
      if (play > this.#number + 1 || missing !== undefined)
        return foundBy(
          'complete',
          `its lane goes on to play ${play}, and ${missing ?? `all of play ${this.#number + 1}`} has no record`,
        )
      const next = this.#arrivals.playOf(this.#lane, play)
      if (!next) return foundBy('plan', 'the plan has no such play')
      this.#number = play
      this.#current = this.#begin(next)
    }
    this.#lastDoneMs = record.doneMs
    return this.#current?.add(record, address)
  }

  /** Turns that nothing held back when the last record was written, and that have none: of the play that is under way, or of the next. */
  due(attempt: number): DueTurn[] {
    if (this.#current && !this.#current.isOver) return this.#current.due(attempt)
    const next = this.#arrivals.playOf(this.#lane, this.#number + 1)
    return next ? this.#begin(next).due(attempt) : []
  }

  #begin(play: Play): PlayAudit {
    const onDue = this.#onDue
    if (this.#arrivals.kind === 'closed') return new PlayAudit(play, { fromMs: this.#lastDoneMs, onDue })
    const originMs = this.#profilingMs
    return new PlayAudit(play, { fromMs: originMs + this.#arrivals.dueMs(this.#lane), originMs, onDue })
  }

  get #missing(): string | undefined {
    if (!this.#current || this.#current.isOver) return undefined
    return this.#current.due(0)[0]?.id ?? 'a turn of the play before'
  }
}
