import { printable } from '@reprise/safe-text'

/** So many lines a traceback of several processes may have. */
const maxLines = 400
/** Longer lines are cut: a log may hold anything. Characters. */
const maxLineLength = 2_000

/** The last lines of a log that comes in pieces. Progress bars that rewrite their line count as lines. */
export class LogTail {
  #unfinished = ''
  #lines: string[] = []

  /** The lines that a piece completes, printable: without colours and control characters, at most 2,000 characters, no empty ones. */
  push(piece: string): string[] {
    const parts = (this.#unfinished + piece).split(/[\r\n]+/)
    // What has no end yet is cut too, so that a log without line ends does not grow here.
    this.#unfinished = parts.pop()!.slice(0, maxLineLength * 2)
    const lines = parts.map(printableLine).filter((line) => line !== '')
    this.#lines = [...this.#lines, ...lines].slice(-maxLines)
    return lines
  }

  /** At most 400, the oldest first; a last line without its end is among them. */
  lines(): string[] {
    const last = printableLine(this.#unfinished)
    return last === '' ? [...this.#lines] : [...this.#lines, last].slice(-maxLines)
  }
}

function printableLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes of a terminal are what has to go
  return printable(line.slice(0, maxLineLength * 2).replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, ''), maxLineLength, {
    keepBlanks: true,
  })
}
