import type { Problem } from '@reprise/config-file'

/** What is wrong with an expression; whoever knows the file says where it stands. */
export interface ExpressionProblem extends Pick<Problem, 'code' | 'message'> {
  readonly cure: string
  /** Offset in the text that holds the expression. */
  readonly at: number
}

/** Thrown inside this folder and by those who look names up. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  readonly problem: ExpressionProblem

  constructor(problem: ExpressionProblem) {
    super(problem.message)
    this.problem = problem
  }
}
