import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '../run-folder/make-folder.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'

/** Lines are written in pieces of about this many characters. */
const PIECE = 1 << 16

/** Writes a file, its folders with it, so that a reader finds it whole or not at all. @throws RunFolderError */
export async function writeExportFile(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
): Promise<{ path: string; bytes: number }> {
  await makeFolder(dirname(path))
  await writeFileWhole(path, typeof content === 'string' || content instanceof Uint8Array ? content : inPieces(content))
  return { path, bytes: (await stat(path)).size }
}

/** A write for each line would be a call of the system for each. */
async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = ''
  for await (const line of lines) {
    piece += line
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
