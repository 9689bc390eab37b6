import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { asRunFolderError, RunFolderError } from './run-folder.ts'

/**
 * Opens a file of a run to read it. A pipe or a device in its place may never end, and a link may lead anywhere: they are refused.
 *
 * @throws RunFolderError also where the file is larger than `maxBytes`.
 */
async function openPlainFile(path: string, maxBytes: number): Promise<{ file: FileHandle; size: number }> {
  const file = await openUnfollowed(path, constants.O_RDONLY)
  const { size } = await file.stat()
  if (size <= maxBytes) return { file, size }
  await file.close()
  throw new RunFolderError(
    path,
    `it has ${size} bytes, and no more than ${maxBytes} are read`,
    'It is not what a run writes.',
  )
}

/** The text of a small file of a run. @throws RunFolderError as `openPlainFile`. */
export async function readPlainFile(path: string, maxBytes: number): Promise<string> {
  const { file } = await openPlainFile(path, maxBytes)
  try {
    return await file.readFile('utf8')
  } catch (error) {
    throw asRunFolderError(path, error)
  } finally {
    await file.close()
  }
}

/** The bytes of a large file of a run, a piece at a time. @throws RunFolderError as `openPlainFile`. */
export async function* readPlainChunks(path: string, maxBytes: number): AsyncGenerator<Buffer> {
  const { file, size } = await openPlainFile(path, maxBytes)
  // No larger than the file: most are small, and a sweep has thousands.
  const highWaterMark = Math.min(256 * 1024, size + 1)
  try {
    yield* file.createReadStream({ highWaterMark }) as AsyncIterable<Buffer>
  } catch (error) {
    throw asRunFolderError(path, error)
  }
}

/** Opens a plain file with these flags and never what a link leads to. Does not wait for the other end of a pipe. @throws RunFolderError */
export async function openUnfollowed(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o666).catch((error: unknown) => {
    throw asRunFolderError(path, error)
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new RunFolderError(
    path,
    'a pipe, a device or a folder stands where the file should be',
    'Move it away or give another folder.',
  )
}
