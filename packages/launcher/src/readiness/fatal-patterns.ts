import { LaunchError } from '../plan/launch-error.ts'

/** Lines that mean that a server will never be ready. */
export class FatalPatterns {
  readonly #patterns: readonly RegExp[]

  /** @throws LaunchError when one is no regular expression. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map(compiled)
  }

  matches(line: string): boolean {
    return this.#patterns.some((pattern) => pattern.test(line))
  }
}

function compiled(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch (error) {
    throw new LaunchError(`a fatal pattern of the recipe is no regular expression: ${(error as Error).message}`, {
      failureClass: 'recipe',
      phase: 'start',
    })
  }
}
