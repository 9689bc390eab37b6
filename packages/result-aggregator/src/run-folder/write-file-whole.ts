import { lstat, rename, rm, stat, writeFile } from 'node:fs/promises'
import { asRunFolderError, RunFolderError } from './run-folder.ts'

/**
 * Writes the file so that a reader finds the old text or the new, never a part: beside it first, under a name that nobody knows, then
 * renamed. A link in its place is replaced, and what it leads to is left alone; a pipe or a device is refused.
 *
 * @throws RunFolderError when the system refuses.
 */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.part`
  try {
    await refuseSpecial(path)
    // Exclusive: nothing that lies there is written to, or through.
    await writeFile(part, content, { flag: 'wx', flush: true })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw asRunFolderError(path, error)
  }
}

/** A rename would put a file in the place of /dev/null as well, where the system lets it. */
async function refuseSpecial(path: string): Promise<void> {
  const own = await lstat(path).catch(() => undefined)
  const found = own?.isSymbolicLink() ? await stat(path).catch(() => undefined) : own
  if (!found || found.isFile()) return
  throw new RunFolderError(
    path,
    'a pipe, a device or a folder stands where the file should be',
    'Move it away or give another name.',
  )
}
