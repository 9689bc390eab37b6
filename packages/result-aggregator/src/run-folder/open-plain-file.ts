import { closeSync, constants, createReadStream, fstatSync, openSync, readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { asRunFolderError, RunFolderError } from './run-folder.ts'

/** The text of a small file of a run. @throws RunFolderError as `openPlainFile`. */
export async function readPlainFile(path: string, maxBytes: number): Promise<string> {
  return readWhole(path, openPlainFile(path, maxBytes).file).toString('utf8')
}

/** The bytes of a large file of a run, a piece at a time; of a small one in one. @throws RunFolderError as `openPlainFile`. */
export async function* readPlainChunks(path: string, maxBytes: number): AsyncGenerator<Buffer> {
  const { file, size } = openPlainFile(path, maxBytes)
  if (size <= pieceBytes) {
    const whole = readWhole(path, file)
    if (whole.length > 0) yield whole
    return
  }
  try {
    yield* createReadStream(path, { fd: file, highWaterMark: pieceBytes }) as AsyncIterable<Buffer>
  } catch (error) {
    throw asRunFolderError(path, error)
  }
}

const pieceBytes = 256 * 1024
/** Not what a link leads to, and without waiting for the other end of a pipe. */
const unfollowed = constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Opens a file of a run to read it. A pipe or a device in its place may never end, and a link may lead anywhere: they are refused. At once, not in turns: a sweep has thousands of
 * small files, and most of the time of reading one would be the waiting for its turns.
 *
 * @throws RunFolderError also where the file is larger than `maxBytes`.
 */
function openPlainFile(path: string, maxBytes: number): { readonly file: number; readonly size: number } {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | unfollowed)
    const found = fstatSync(file)
    if (!found.isFile()) throw noPlainFile(path)
    if (found.size > maxBytes) throw tooLarge(path, found.size, maxBytes)
    return { file, size: found.size }
  } catch (error) {
    if (file !== undefined) closeSync(file)
    throw asRunFolderError(path, error)
  }
}

function readWhole(path: string, file: number): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw asRunFolderError(path, error)
  } finally {
    closeSync(file)
  }
}

function tooLarge(path: string, size: number, maxBytes: number): RunFolderError {
  return new RunFolderError(
    path,
    `it has ${size} bytes, and no more than ${maxBytes} are read`,
    'It is not what a run writes.',
  )
}

function noPlainFile(path: string): RunFolderError {
  return new RunFolderError(
    path,
    'a pipe, a device or a folder stands where the file should be',
    'Move it away or give another folder.',
  )
}

/** Opens a plain file with these flags and never what a link leads to. Does not wait for the other end of a pipe. @throws RunFolderError */
export async function openUnfollowed(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, flags | unfollowed, 0o666).catch((error: unknown) => {
    throw asRunFolderError(path, error)
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw noPlainFile(path)
}
