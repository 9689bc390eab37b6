import type { RequestRecord } from '@reprise/replay-engine'
import type { JobFigures, SessionFigures } from '../result/job-figures.ts'
import { survivalOf } from './survival.ts'
import type { TreeShape } from './tree-shapes.ts'

/** Follows conversations from their first turn to their last, those of root agents apart from those of subagents. */
export class SessionMeter {
  readonly #shapes: ReadonlyMap<string, TreeShape>
  readonly #sessions = new Map<string, SessionTally>()

  constructor(shapes: ReadonlyMap<string, TreeShape>) {
    this.#shapes = shapes
  }

  add(record: RequestRecord, sessionIndex: number): void {
    const { lane, play, trace, turn, attempt, dueMs, doneMs, sentMs, connectStartMs, outcome } = record
    const key = `${lane}.${play}.${sessionIndex}`
    const tally = this.#sessions.get(key) ?? {
      trace,
      sessionIndex,
      attempt,
      begunMs: undefined,
      lastDoneMs: -Infinity,
      ok: 0,
      ended: 0,
    }
    this.#sessions.set(key, tally)
    if (turn === 0 && (sentMs ?? connectStartMs) !== undefined) tally.begunMs = dueMs
    // A break in the run is a break in the conversation.
    if (attempt !== tally.attempt) tally.attempt = 0
    tally.lastDoneMs = Math.max(tally.lastDoneMs, doneMs)
    if (outcome.kind === 'ok') tally.ok += 1
    if (outcome.kind === 'failed' || outcome.kind === 'truncated') tally.ended += 1
  }

  result(span: Span): JobFigures['sessions'] {
    const whole = [...this.#sessions.values()].filter(({ begunMs, attempt }) => begunMs !== undefined && attempt > 0)
    const subagents = whole.filter(({ sessionIndex }) => sessionIndex > 0)
    return {
      root: this.#figures(
        whole.filter(({ sessionIndex }) => sessionIndex === 0),
        span,
      ),
      ...(subagents.length > 0 && { subagent: this.#figures(subagents, span) }),
    }
  }

  #figures(sessions: readonly SessionTally[], { endMs, holds }: Span): SessionFigures {
    const [endedMs, unendedMs]: [number[], number[]] = [[], []]
    for (const { trace, sessionIndex, begunMs, lastDoneMs, ok, ended } of sessions) {
      const isWhole = ok === this.#shapes.get(trace)?.turns[sessionIndex]
      if (isWhole && holds(lastDoneMs)) endedMs.push(lastDoneMs - begunMs!)
      else if (ended === 0) unendedMs.push(Math.max(0, endMs - begunMs!))
    }
    const durationMs = survivalOf({ endedMs, unendedMs })
    return { begun: sessions.length, completed: endedMs.length, ...(durationMs && { durationMs }) }
  }
}

interface Span {
  /** When measuring ended. */
  readonly endMs: number
  /** Whether the instant lies in the measured time. */
  readonly holds: (instantMs: number) => boolean
}

interface SessionTally {
  readonly trace: string
  readonly sessionIndex: number
  attempt: number
  begunMs: number | undefined
  lastDoneMs: number
  ok: number
  /** Turns that ended otherwise than by an answer. */
  ended: number
}
