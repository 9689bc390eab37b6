/** What a command may touch of the process; tests hand in their own. */
export interface Io {
  /** The command's product: a table, or one JSON value with `--json`. */
  readonly stdout: Sink
  /** Everything else. */
  readonly stderr: Sink & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }
  readonly env: Readonly<Record<string, string | undefined>>
  /** The command line as typed, for provenance. */
  readonly argv: readonly string[]
  /** Aborts when the user asks to stop; the reason may be an `Interrupted`. */
  readonly signal: AbortSignal
  /** Aborts when the user asks again: nothing is to be waited for any more. */
  readonly cancel?: AbortSignal
}

/** The same for whoever tells how far work is. */
export interface Talk extends Io {
  /** No progress. */
  readonly quiet: boolean
}

interface Sink {
  write(text: string): unknown
}
