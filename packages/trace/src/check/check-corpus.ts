import { printable } from '@reprise/safe-text'
import type { Corpus, InferredCounts, TraceFormatName } from '../corpus.ts'
import type { Problem } from '../problem.ts'
import type { RecordPlace, TurnName } from '../recording/trace-format.ts'
import { problemsOfTurns, type TurnProblem } from './problems-of-turns.ts'

/** A corpus as it was read. */
export interface CheckedCorpus {
  readonly corpus: Corpus
  readonly problems: readonly Problem[]
  readonly files: number
  placeOf(turn: TurnName): RecordPlace | undefined
}

export interface Expected {
  readonly requests?: number
  readonly sessions?: number
}

/** What a corpus holds and what is wrong with it: whether a run on it can mean what its reader thinks. */
export interface CorpusCheck {
  readonly format: TraceFormatName
  readonly blockSize: number
  readonly files: number
  readonly traces: number
  readonly sessions: number
  readonly requests: number
  /** Turns of the smallest, the middle and the largest session. */
  readonly requestsPerSession: { readonly min: number; readonly median: number; readonly max: number }
  /** Turns whose server time is not recorded. */
  readonly withoutApiMs: number
  /** What the recorder made out of prompts and times, since nobody told it. */
  readonly inferred?: InferredCounts
  /** Of each kind that was found. */
  readonly counts: Readonly<Record<string, number>>
  /** The first of each kind. */
  readonly problems: readonly Problem[]
  /** Expectations that are not met, in words. */
  readonly unmet: readonly string[]
  /** No problem is an error, and every expectation is met. */
  readonly ok: boolean
}

/** Told of each kind; the rest is counted. */
const mostOfAKind = 100

/** Lays what was read against itself and against what its reader expects. */
export function checkCorpus(read: CheckedCorpus, expected: Expected = {}): CorpusCheck {
  const { corpus, files } = read
  const told = new Problems()
  for (const problem of read.problems) told.add(problem)
  for (const found of problemsOfTurns(corpus)) told.add(problemOf(found, read))
  const perSession = corpus.traces
    .flatMap(({ sessions }) => sessions.map(({ turns }) => turns.length))
    .sort((a, b) => a - b)
  const requests = perSession.reduce((sum, turns) => sum + turns, 0)
  const unmet = unmetOf({ requests, sessions: perSession.length }, expected)
  return {
    format: corpus.origin.format,
    blockSize: corpus.blockSize,
    files,
    traces: corpus.traces.length,
    sessions: perSession.length,
    requests,
    requestsPerSession: {
      min: perSession[0]!,
      median: perSession[perSession.length >> 1]!,
      max: perSession.at(-1)!,
    },
    withoutApiMs: corpus.traces
      .flatMap(({ sessions }) => sessions)
      .reduce((sum, { turns }) => sum + turns.filter(({ apiMs }) => apiMs === undefined).length, 0),
    ...('inferred' in corpus.origin && { inferred: corpus.origin.inferred }),
    counts: told.counts,
    problems: told.problems,
    unmet,
    ok: told.errors === 0 && unmet.length === 0,
  }
}

class Problems {
  readonly counts: Record<string, number> = {}
  readonly problems: Problem[] = []
  errors = 0

  add(problem: Problem): void {
    const count = (this.counts[problem.code] ?? 0) + 1
    this.counts[problem.code] = count
    if (problem.severity === 'error') this.errors += 1
    if (count <= mostOfAKind) this.problems.push(problem)
  }
}

function problemOf({ severity, code, turn, what }: TurnProblem, { placeOf }: CheckedCorpus): Problem {
  const { file = '', line } = placeOf(turn) ?? {}
  const message = `session ${printable(turn.session)}, turn ${turn.turn}: ${what}`
  return { severity, code, file, ...(line !== undefined && { line }), trace: turn.trace, message }
}

function unmetOf(found: Required<Expected>, expected: Expected): string[] {
  return (['requests', 'sessions'] as const).flatMap((what) =>
    expected[what] === undefined || expected[what] === found[what]
      ? []
      : [`${expected[what]} ${what} expected, ${found[what]} found`],
  )
}
