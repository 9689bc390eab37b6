import { Command, CommanderError } from 'commander'
import { commandsFor } from './commands.ts'
import { answerOtherNames } from './options/answer-other-names.ts'
import { refuseOddWords } from './options/refuse-odd-words.ts'
import { refuseRepeats } from './options/refuse-repeats.ts'
import { exitCodeOf, exitCodes } from './terminal/exit-codes.ts'
import type { Io } from './terminal/io.ts'
import { processIo } from './terminal/process-io.ts'
import { renderError } from './terminal/render-error.ts'
import { version } from './terminal/version.ts'

export { Interrupts } from './terminal/interrupts.ts'
export type { Io } from './terminal/io.ts'
export { restartForMeasuring } from './terminal/restart-for-measuring.ts'

/** Runs one command line; returns the exit code of the process. Never throws. */
export async function main(argv: readonly string[], io: Io = processIo(argv)): Promise<number> {
  const result = { exitCode: exitCodes.done as number }
  const setExitCode = (code: number) => {
    result.exitCode = code
  }
  const context = { io, setExitCode, runCommand: main }
  try {
    const program = emptyProgram(io)
    for (const register of await commandsFor(argv)) register(program, context)
    answerOtherNames(program)
    refuseRepeats(program)
    refuseOddWords(argv, program)
    await program.parseAsync(argv, { from: 'user' })
    return result.exitCode
  } catch (error) {
    const code = exitCodeOf(error)
    // commander has already said what is wrong with the flags
    if (!(error instanceof CommanderError)) io.stderr.write(renderError(error, code))
    return code
  }
}

function emptyProgram(io: Io): Command {
  return new Command('reprise')
    .description(
      'Replays recorded agent sessions on real or simulated inference servers, and says how well they served them.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(--help shows the options, with examples)')
    .configureHelp({ showGlobalOptions: false })
}
