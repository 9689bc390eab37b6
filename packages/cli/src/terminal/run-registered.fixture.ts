import { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { exitCodeOf } from './exit-codes.ts'
import { type Kept, keptContext } from './kept-context.fixture.ts'

/** Runs words by one command alone, registered as `main` does; what it throws ends in the exit code and on stderr. */
export async function runRegistered(
  register: (program: Command, context: CommandContext) => void,
  words: readonly string[],
  given: Parameters<typeof keptContext>[0] = {},
): Promise<Kept> {
  const { context, kept } = keptContext({ argv: words, ...given })
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => context.io.stderr.write(text) })
  register(program, context)
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    kept.exitCode = exitCodeOf(error)
    kept.stderr += (error as Error).message
  }
  return kept
}
