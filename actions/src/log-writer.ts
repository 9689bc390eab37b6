import { logLine, printable } from '@reprise/safe-text'

/** Of what is remembered. */
const longestLine = 600

/** Passes text on to a log, line by line and without workflow commands in it, and remembers the last line. */
export class LogWriter {
  #rest = ''
  #lastLine = ''
  readonly #write: (line: string) => unknown
  readonly #annotations: boolean

  constructor(write: (line: string) => unknown, options: { readonly annotations: boolean }) {
    this.#write = write
    this.#annotations = options.annotations
  }

  write(text: string): void {
    // The runner ends a line at a lone carriage return too.
    const lines = (this.#rest + text).split(/\r\n|[\n\r]/)
    this.#rest = lines.pop()!
    for (const line of lines) this.#pass(line)
  }

  /** Writes what has no end of line yet. */
  end(): void {
    if (this.#rest !== '') this.#pass(this.#rest)
    this.#rest = ''
  }

  /** Of those that are not empty; what an annotation says without its properties. */
  get lastLine(): string {
    return this.#lastLine
  }

  #pass(line: string): void {
    const safe = logLine(line, { annotations: this.#annotations })
    this.#write(`${safe}\n`)
    const said = printable(safe.replace(/^::[a-z]+ [^:]*::/, ''), longestLine)
    if (said !== '') this.#lastLine = said
  }
}
