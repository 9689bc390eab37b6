import { createReadStream } from 'node:fs'
import { asRunFolderError, RunFolderError } from './run-folder.ts'
import { unsealLine } from './sealed-line.ts'

/** A line of a journal whose checksum is right, the checksum taken off. */
export interface JournalLine {
  readonly json: string
  /** From 1. */
  readonly number: number
}

/**
 * The lines of a journal file, one at a time; empty ones are skipped. A last line that a kill tore, or whose bytes did not all reach the
 * disk, is told to `onTorn` and left out.
 *
 * @throws RunFolderError when the file cannot be read, or a line that is not the last fails its checksum: the file was damaged later.
 */
export async function* readJournal(
  path: string,
  onTorn: (line: number) => void = () => {},
): AsyncGenerator<JournalLine> {
  let number = 0
  let broken: number | undefined
  for await (const line of linesOf(path)) {
    number += 1
    if (line === '') continue
    if (broken !== undefined) throw damaged(path, broken)
    const json = unsealLine(line)
    if (json === undefined) broken = number
    else yield { json, number }
  }
  if (broken !== undefined) onTorn(broken)
}

function damaged(path: string, line: number): RunFolderError {
  return new RunFolderError(
    path,
    `line ${line} does not match its checksum, and it is not the last line, which a kill may tear`,
    'The file was changed or damaged after it was written: restore it from a copy, or take that line out and go without what it says.',
  )
}

/** Lines without their ends; the last one also where the file breaks off inside it. Only `\n` ends a line: other separators may stand in a string. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    throw asRunFolderError(path, error)
  }
  if (rest !== '') yield rest
}
