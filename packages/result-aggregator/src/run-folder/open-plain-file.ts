import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { asRunFolderError, RunFolderError } from './run-folder.ts'

/**
 * Opens a file of a run to read it. A pipe or a device in its place may never end, and a link may lead anywhere: they are refused.
 *
 * @throws RunFolderError also where the file is larger than `maxBytes`.
 */
async function openPlainFile(path: string, maxBytes: number): Promise<FileHandle> {
  const file = await openUnfollowed(path, constants.O_RDONLY)
  const { size } = await file.stat()
  if (size <= maxBytes) return file
  await file.close()
  throw tooLarge(path, size, maxBytes)
}

/** The text of a small file of a run. @throws RunFolderError as `openPlainFile`. */
export async function readPlainFile(path: string, maxBytes: number): Promise<string> {
  return readSmall(path, maxBytes, Number.POSITIVE_INFINITY)!.toString('utf8')
}

/** The bytes of a large file of a run, a piece at a time; of a small one in one. @throws RunFolderError as `openPlainFile`. */
export async function* readPlainChunks(path: string, maxBytes: number): AsyncGenerator<Buffer> {
  const whole = readSmall(path, maxBytes, pieceBytes)
  if (whole) {
    if (whole.length > 0) yield whole
    return
  }
  const file = await openPlainFile(path, maxBytes)
  try {
    yield* file.createReadStream({ highWaterMark: pieceBytes }) as AsyncIterable<Buffer>
  } catch (error) {
    throw asRunFolderError(path, error)
  }
}

const pieceBytes = 256 * 1024

/**
 * The bytes of a file of at most `smallBytes`, else undefined. At once, not in turns: a sweep has thousands of small files, and most of the time of reading one would be the waiting
 * for its turns.
 *
 * @throws RunFolderError as `openPlainFile`.
 */
function readSmall(path: string, maxBytes: number, smallBytes: number): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const found = fstatSync(file)
    if (!found.isFile()) throw noPlainFile(path)
    if (found.size > maxBytes) throw tooLarge(path, found.size, maxBytes)
    return found.size <= smallBytes ? readFileSync(file) : undefined
  } catch (error) {
    throw error instanceof RunFolderError ? error : asRunFolderError(path, error)
  } finally {
    if (file !== undefined) closeSync(file)
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
  const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o666).catch((error: unknown) => {
    throw asRunFolderError(path, error)
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw noPlainFile(path)
}
