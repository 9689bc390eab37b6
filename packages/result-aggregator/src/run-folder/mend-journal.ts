import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { maxBytes } from './max-bytes.ts'
import { openUnfollowed } from './open-plain-file.ts'
import { asRunFolderError, RunFolderError } from './run-folder.ts'
import { unsealLine } from './sealed-line.ts'

/**
 * Brings the end of a journal into order, so that lines can be appended: a torn last line is cut off, a missing line end added.
 * Returns the number of lines cut off, 0 or 1.
 *
 * @throws RunFolderError when the system refuses, or the file is a link or no journal.
 */
export async function mendJournal(path: string): Promise<number> {
  const file = await openUnfollowed(path, constants.O_RDWR)
  try {
    const { size } = await file.stat()
    const endByte = await endOfLastLine(file, size)
    const startByte = await startOfLine(file, endByte)
    if (startByte === undefined)
      throw new RunFolderError(
        path,
        `its last line is longer than ${maxBytes.line} bytes`,
        'It is not what a run writes.',
      )
    const line = await textOf(file, startByte, endByte)
    const whole = line === '' || unsealLine(line) !== undefined
    if (!whole) await file.truncate(startByte)
    else if (line !== '' && endByte === size) await file.write('\n', size)
    await file.datasync()
    return whole ? 0 : 1
  } catch (error) {
    throw asRunFolderError(path, error)
  } finally {
    await file.close()
  }
}

const lineEnd = 0x0a

/** The byte after the last one that is not a line end; 0 where there is none. */
async function endOfLastLine(file: FileHandle, size: number): Promise<number> {
  for await (const { bytes, atByte } of backwards(file, size)) {
    let last = bytes.length
    while (last > 0 && bytes[last - 1] === lineEnd) last -= 1
    if (last > 0) return atByte + last
  }
  return 0
}

/** Where the line that ends at `endByte` begins; undefined where it is longer than any that a run writes. */
async function startOfLine(file: FileHandle, endByte: number): Promise<number | undefined> {
  for await (const { bytes, atByte } of backwards(file, endByte)) {
    const before = bytes.lastIndexOf(lineEnd)
    if (before >= 0) return atByte + before + 1
    if (endByte - atByte > maxBytes.line) return undefined
  }
  return 0
}

const stepBytes = 64 * 1024

/** The bytes before `fromByte`, a step at a time, the last ones first. */
async function* backwards(file: FileHandle, fromByte: number): AsyncGenerator<{ bytes: Buffer; atByte: number }> {
  for (let toByte = fromByte; toByte > 0; ) {
    const length = Math.min(stepBytes, toByte)
    toByte -= length
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, toByte)
    yield { bytes: buffer, atByte: toByte }
  }
}

async function textOf(file: FileHandle, startByte: number, endByte: number): Promise<string> {
  const length = endByte - startByte
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, startByte)
  return buffer.toString('utf8', 0, bytesRead)
}
