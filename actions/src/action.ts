import type { z } from 'zod'

/** One step of a workflow: what it is told, what it tells, and what it does in between. */
export interface Action<Inputs extends z.ZodObject = z.ZodObject, Output extends string = string> {
  /** By the names of `action.yml`; what the platform gives is text, or undefined where nothing was given. */
  readonly inputs: Inputs
  readonly outputs: readonly Output[]
  /** It cleans up: no signal but SIGKILL ends it before it is through. */
  readonly isCleanUp?: boolean
  call(inputs: z.output<Inputs>, host: ActionHost): Promise<ActionOutcome<Output>>
}

export interface ActionOutcome<Output extends string = string> {
  readonly outputs: Readonly<Partial<Record<Output, string>>>
  /** Markdown for the page of the run; foreign text in it is escaped already. */
  readonly summary?: string
  /** Why the step is red, in one line; outputs and summary are written all the same. */
  readonly failure?: string
}

/** What an action may touch of the runner. */
export interface ActionHost {
  /** Runs one command line of `reprise` in this process. */
  cli(argv: readonly string[], options?: CliOptions): Promise<CliOutcome>
  /** The variables of the runner. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** One line for the log of the step. */
  say(text: string): void
  /** Kept for the `post` step of the same action. */
  saveState(name: string, value: string): void
  /** What the `main` step kept; undefined if it never came to that. */
  state(name: string): string | undefined
}

export interface CliOptions {
  /** Whether problems may appear as annotations at the lines that they are about; other workflow commands never pass. */
  readonly annotations?: boolean
  /** Where it runs; default: the folder of the process. */
  readonly folder?: string
  /** Says nothing: what it would say has been said. */
  readonly quiet?: boolean
}

export interface CliOutcome {
  readonly exitCode: number
  /** The JSON value that the command printed where it was asked for one; undefined if it printed none. */
  readonly value: unknown
  /** The last line that it said, printable; empty if it said nothing. */
  readonly lastLine: string
}

/** The author of the workflow can fix this. */
export class ActionError extends Error {
  override readonly name = 'ActionError'
}

/** What an author declares, with the types of its inputs and the names of its outputs kept. */
export function defineAction<Inputs extends z.ZodObject, Output extends string>(
  action: Action<Inputs, Output>,
): Action<Inputs, Output> {
  return action
}
