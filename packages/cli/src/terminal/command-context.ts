import type { Io } from './io.ts'

/** What a command is given to work with. */
export interface CommandContext {
  readonly io: Io
  /** For a command that ends well with another code than 0. */
  readonly setExitCode: (code: number) => void
  /** Another command of ours, in this process: some are made of others. */
  readonly runCommand: RunCommand
}

/** Runs one command line; returns its exit code, and never throws. */
export type RunCommand = (argv: readonly string[], io: Io) => Promise<number>
