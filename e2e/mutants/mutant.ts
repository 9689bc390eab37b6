/** A defect put into the sources on purpose: the handling of a fault taken out. Some test must notice. */
export interface Mutant {
  /** The faults, or the duties, that are no longer handled. */
  readonly faults: readonly string[]
  /** What is taken out, in words that follow "without". */
  readonly without: string
  /** From the project's root. */
  readonly file: string
  /** What stands in the file exactly once, and what to put in its place. */
  readonly edits: readonly (readonly [find: string, replace: string])[]
  /** Test files that are asked; default: the tests that send requests to a server with those faults. */
  readonly tests?: readonly string[]
  /** Only tests whose name matches this pattern. */
  readonly named?: string
}

/** Which tests are to notice a mutant. */
export function testsOf({ faults, tests, named }: Mutant): {
  readonly tests: readonly string[]
  readonly named?: string
} {
  if (tests) return { tests, ...(named !== undefined && { named }) }
  return {
    tests: ['packages/replay-engine/src/stand-ins/faults/faults.test.ts'],
    named: ` (${faults.join('|')})$`,
  }
}

/**
 * The text with the mutant in it.
 *
 * @throws RangeError when the sources have changed so that it does not fit any more.
 */
export function mutate(text: string, { file, edits }: Mutant): string {
  let mutated = text
  for (const [find, replace] of edits) {
    const parts = mutated.split(find)
    if (parts.length !== 2) {
      throw new RangeError(`${file} has ${parts.length - 1} times, and not once: ${find}. Mend e2e/mutants/mutants.ts.`)
    }
    mutated = parts.join(replace)
  }
  return mutated
}
