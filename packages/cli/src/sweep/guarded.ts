import { ConfigError, FlagError } from '@reprise/config-file'
import type { MatrixFileOptions } from '../options/matrix-options.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { tellProblems } from '../terminal/tell-problems.ts'

/** InferenceX's generator ends with 1 for anything wrong in a file. */
const upstreamFileError = 1

/** Runs an action; what the author of a file or flag did wrong is told on stderr and ends in the exit code, not in a throw. */
export async function guarded(
  { io, setExitCode }: Pick<CommandContext, 'io' | 'setExitCode'>,
  options: Pick<MatrixFileOptions, 'annotations'> & { readonly compat?: boolean },
  action: () => void | Promise<void>,
): Promise<void> {
  try {
    await action()
  } catch (error) {
    const isFile = error instanceof ConfigError
    if (!isFile && !(error instanceof FlagError)) throw error
    tellProblems(io, options, error.problems)
    setExitCode(isFile && options.compat ? upstreamFileError : exitCodes.author)
  }
}
