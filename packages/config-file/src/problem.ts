/** Where something stands in a file; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Something the author of a file or of a flag should know. An `error` stops the expansion; a `warning` names something
 * that was mended or looks wrong; a `note` explains a result.
 */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'note'
  /** Stable, for tests and filters: `unknown-key`, `concurrency-both-forms`, ... */
  readonly code: string
  /** Absent for a problem of the command line. */
  readonly place?: Place
  /** What is wrong, with the offending value. Safe to print. */
  readonly message: string
  /** What to write instead. Safe to print. */
  readonly cure?: string
}

/** The files cannot be expanded as they are; whoever wrote them can change that. Carries every problem found, in file order. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(summary(problems))
    this.problems = problems
  }
}

/** The command line asks for what cannot be done, whatever the files say. */
export class FlagError extends Error {
  override readonly name = 'FlagError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(summary(problems))
    this.problems = problems
  }
}

/** True if any of the problems stops the expansion. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error')
}

/** The problems by file (in order of first appearance), line and column; those without a place come first. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map((problem) => problem.place?.file))]
  const rank = (problem: Problem) => (problem.place === undefined ? -1 : files.indexOf(problem.place.file))
  return problems.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
}

function summary(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error')
  const [first] = errors
  if (first === undefined) return 'nothing is wrong'
  const { place } = first
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `
  const cure = first.cure === undefined ? '' : `; ${first.cure}`
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return `${where}${first.message}${cure}${more}`
}
