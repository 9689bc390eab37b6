import { appendFile, type FileHandle, open } from 'node:fs/promises'
import { asRunFolderError } from './run-folder.ts'
import { unsealLine } from './sealed-line.ts'

/**
 * Brings the end of a journal into order, so that lines can be appended: a torn last line is cut off, a missing line end added.
 * Returns the number of lines cut off, 0 or 1.
 *
 * @throws RunFolderError when the system refuses.
 */
export async function mendJournal(path: string): Promise<number> {
  try {
    const file = await open(path, 'r+')
    try {
      const { startByte, line, ended } = await lastLine(file)
      const whole = line === '' || unsealLine(line) !== undefined
      if (!whole) await file.truncate(startByte)
      if (whole && !ended) await appendFile(path, '\n')
      await file.datasync()
      return whole ? 0 : 1
    } finally {
      await file.close()
    }
  } catch (error) {
    throw asRunFolderError(path, error)
  }
}

const stepBytes = 64 * 1024

/** The last line that is not empty, where it starts, and whether a line end follows it. */
async function lastLine(file: FileHandle): Promise<{ startByte: number; line: string; ended: boolean }> {
  let startByte = (await file.stat()).size
  let tail = Buffer.alloc(0)
  while (startByte > 0) {
    const length = Math.min(stepBytes, startByte)
    startByte -= length
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, startByte)
    tail = Buffer.concat([buffer, tail])
    const before = tail.lastIndexOf(0x0a, lastByteOfLine(tail))
    if (before >= 0) return { ...lineFrom(tail.subarray(before + 1)), startByte: startByte + before + 1 }
  }
  return { ...lineFrom(tail), startByte: 0 }
}

/** Index of the last byte that is not a line end; at least 0. */
function lastByteOfLine(bytes: Buffer): number {
  let last = bytes.length - 1
  while (last > 0 && bytes[last] === 0x0a) last -= 1
  return last
}

function lineFrom(bytes: Buffer): { line: string; ended: boolean } {
  const text = bytes.toString('utf8')
  return { line: text.replace(/\n+$/, ''), ended: text === '' || text.endsWith('\n') }
}
