import { maxBytes } from './max-bytes.ts'
import { readPlainChunks } from './open-plain-file.ts'
import { RunFolderError } from './run-folder.ts'
import { unsealLine } from './sealed-line.ts'

/** A line of a journal whose checksum is right, the checksum taken off. */
export interface JournalLine {
  readonly json: string
  /** From 1. */
  readonly number: number
}

export interface JournalOptions {
  readonly maxBytes: number
  /** Is told a last line that is torn. */
  readonly onTorn?: (line: number) => void
}

/**
 * The lines of a journal file, one at a time; empty ones are skipped. A last line that a kill tore, or whose bytes did not all reach the
 * disk, is told to `onTorn` and left out.
 *
 * @throws RunFolderError when the file cannot be read, or a line that is not the last fails its checksum: the file was damaged later.
 */
export async function* readJournal(path: string, { maxBytes, onTorn }: JournalOptions): AsyncGenerator<JournalLine> {
  let broken: number | undefined
  for await (const { text, number } of linesOf(path, maxBytes)) {
    if (broken !== undefined) throw damaged(path, broken)
    const json = unsealLine(text)
    if (json === undefined) broken = number
    else yield { json, number }
  }
  if (broken !== undefined) onTorn?.(broken)
}

function damaged(path: string, line: number): RunFolderError {
  return new RunFolderError(
    path,
    `line ${line} does not match its checksum, and it is not the last line, which a kill may tear`,
    'The file was changed or damaged after it was written: restore it from a copy, or run again.',
  )
}

const lineEnd = 0x0a

/**
 * Lines that are not empty, without their ends; the last one also where the file breaks off inside it. Only `\n` ends a line: other
 * separators may stand in a string. Looks at every byte once, however long the lines are.
 */
async function* linesOf(path: string, most: number): AsyncGenerator<{ text: string; number: number }> {
  let number = 1
  let parts: Buffer[] = []
  let length = 0
  const take = (last: Buffer) => {
    const text = parts.length === 0 ? last.toString('utf8') : Buffer.concat([...parts, last]).toString('utf8')
    parts = []
    length = 0
    return { text, number }
  }
  for await (const chunk of readPlainChunks(path, most)) {
    for (let start = 0; start < chunk.length; start += 1) {
      if (chunk[start] === lineEnd && length === 0) {
        number += 1
        continue
      }
      const end = chunk.indexOf(lineEnd, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end)
      length += part.length
      if (length > maxBytes.line) throw tooLong(path, number)
      start += part.length
      if (end < 0) {
        parts.push(part)
      } else {
        yield take(part)
        number += 1
      }
    }
  }
  if (length > 0) yield take(Buffer.alloc(0))
}

function tooLong(path: string, line: number): RunFolderError {
  return new RunFolderError(path, `line ${line} is longer than ${maxBytes.line} bytes`, 'It is not what a run writes.')
}
