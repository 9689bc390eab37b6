import type { Corpus, Session } from '../corpus.ts'
import { idCountOf } from '../id-count-of.ts'
import type { ProblemCode } from '../problem.ts'
import type { TurnName } from '../recording/trace-format.ts'

/** Something about one turn; `what` says it in figures. */
export interface TurnProblem {
  readonly severity: 'error' | 'warning'
  readonly code: ProblemCode
  readonly turn: TurnName
  readonly what: string
}

/** Times are rounded, some to a second: what overlaps by less may not. */
const roundingMs = 1000
/** Agents seldom pause so long, and recorders that lost rows do. */
const longMs = 3_600_000

/** What is odd about the turns of a corpus: ids against lengths, and each turn against the one before it in its session. */
export function* problemsOfTurns(corpus: Corpus): Generator<TurnProblem> {
  for (const { id: trace, sessions } of corpus.traces) {
    for (const session of sessions) {
      for (const turn of session.turns.keys()) {
        const name = { trace, session: session.id, turn }
        const lengths = lengthProblem(session, turn, corpus.blockSize)
        if (lengths) yield { ...lengths, turn: name }
        const times = turn === 0 ? undefined : timeProblem(session, turn)
        if (times) yield { ...times, turn: name }
      }
    }
  }
}

type Found = Omit<TurnProblem, 'turn'>

function lengthProblem(session: Session, turn: number, blockSize: number): Found | undefined {
  const { inputTokens } = session.turns[turn]!
  const ids = idCountOf(session, turn)
  const figures = `${ids} ids for ${inputTokens} tokens in blocks of ${blockSize}`
  if (inputTokens === 0) return { severity: 'warning', code: 'no-input', what: 'no input token' }
  if (ids > Math.ceil(inputTokens / blockSize)) return { severity: 'error', code: 'too-many-ids', what: figures }
  if (ids >= Math.floor(inputTokens / blockSize)) return undefined
  if (ids === 0) return { severity: 'warning', code: 'no-ids', what: figures }
  return { severity: 'error', code: 'too-few-ids', what: figures }
}

function timeProblem({ turns }: Session, turn: number): Found | undefined {
  const [before, { startMs }] = [turns[turn - 1]!, turns[turn]!]
  const ms = startMs - before.startMs
  if (ms < 0) return { severity: 'warning', code: 'clock-step', what: `${-ms} ms before the turn before it` }
  const gapMs = ms - (before.apiMs ?? 0)
  if (gapMs < -roundingMs)
    return {
      severity: 'warning',
      code: 'overlap',
      what: `${Math.round(-gapMs)} ms before the end of the turn before it`,
    }
  if (gapMs > longMs)
    return { severity: 'warning', code: 'gap', what: `${Math.round(gapMs / 60_000)} minutes after the turn before it` }
  return undefined
}
