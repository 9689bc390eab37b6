import { type Io, main } from '@reprise/cli'
import type { CliOptions, CliOutcome } from './action.ts'
import { LogWriter } from './log-writer.ts'

/** Runs one command line in this process. The JSON that it was asked for is kept; all else that it says goes to the step's log. */
export async function callCli(
  argv: readonly string[],
  { signal, cancel, annotations = false, folder, quiet = false }: CliOptions & Pick<Io, 'signal' | 'cancel'>,
): Promise<CliOutcome> {
  const asksForJson = argv.includes('--json')
  const printed: string[] = []
  const log = new LogWriter((line) => quiet || process.stdout.write(line), { annotations })
  const home = process.cwd()
  // The commands look for their files from here, and git for its repository.
  if (folder !== undefined) process.chdir(folder)
  const exitCode = await main(argv, {
    stdout: { write: (text) => (asksForJson ? printed.push(text) : log.write(text)) },
    stderr: { write: (text) => log.write(text) },
    env: process.env,
    argv,
    signal,
    ...(cancel && { cancel }),
  })
  process.chdir(home)
  log.end()
  return { exitCode, value: parsed(printed.join('')), lastLine: log.lastLine }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
