import type { CommandContext } from './command-context.ts'
import type { Io } from './io.ts'

/** What a command wrote, and what it wanted the process to end with. */
export interface Kept {
  stdout: string
  stderr: string
  exitCode: number
}

/** A context that writes into memory, and knows no other command unless it is given one. */
export function keptContext({
  runCommand = async () => 70,
  ...given
}: Partial<Io> & Partial<Pick<CommandContext, 'runCommand'>> = {}): { context: CommandContext; kept: Kept } {
  const kept: Kept = { stdout: '', stderr: '', exitCode: 0 }
  const io: Io = {
    stdout: { write: (text) => (kept.stdout += text) },
    stderr: { write: (text) => (kept.stderr += text) },
    env: {},
    argv: [],
    signal: new AbortController().signal,
    ...given,
  }
  const setExitCode = (code: number) => {
    kept.exitCode = code
  }
  return { context: { io, setExitCode, runCommand }, kept }
}
