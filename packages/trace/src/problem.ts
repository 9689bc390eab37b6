import { printable } from '@reprise/safe-text'

/** Something in the trace files that their author should know. An `error` cost us a trace or a file; a `warning` did not. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly code: ProblemCode
  readonly file: string
  /** 1-based. */
  readonly line?: number
  /** 1-based. */
  readonly column?: number
  readonly trace?: string
  /** What is wrong and what to do about it. Safe to print. */
  readonly message: string
}

/** What kind of thing is wrong; the glossary says what each means. */
export type ProblemCode =
  | 'file'
  | 'cut-off'
  | 'json'
  | 'record'
  | 'duplicate-id'
  | 'unknown-field'
  | 'totals'
  | 'negative'
  | 'mixed-times'
  | 'unknown-wait'
  | 'tool'
  | 'reply-hashes'
  | 'lengths-only'
  | 'split'
  | 'hub'
  | 'orphan'
  | 'no-input'
  | 'no-ids'
  | 'too-few-ids'
  | 'too-many-ids'
  | 'overlap'
  | 'clock-step'
  | 'gap'

/** Nothing can be done with the traces as they are; whoever named or wrote them can change that. The message says how. */
export class TraceError extends Error {
  override readonly name = 'TraceError'
  /** What was found before giving up, in order; the message names the first few. */
  readonly problems: readonly Problem[]

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message)
    this.problems = problems
  }
}

/** One line: `file:line:column: message`, as far as the place is known. */
export function renderProblem(problem: Problem): string {
  const place = [printable(problem.file, 300), problem.line, problem.line === undefined ? undefined : problem.column]
  const trace = problem.trace === undefined ? '' : `${printable(problem.trace)}: `
  return `${place.filter((part) => part !== undefined).join(':')}: ${trace}${problem.message}`
}
