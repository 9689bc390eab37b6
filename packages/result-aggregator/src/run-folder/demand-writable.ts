import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { exists, isFolder } from './make-folder.ts'
import { asRunFolderError, RunFolderError } from './run-folder.ts'

/**
 * Tries whether a run can be written into the folder, made or not, and leaves nothing of the try. What is missing is made below a name of its own:
 * whoever tries beside it, or makes the folder in earnest, meets nothing of it.
 *
 * @throws RunFolderError where it cannot.
 */
export async function demandWritable(folder: string): Promise<void> {
  const there = await innermostThere(folder)
  if (!(await isFolder(there)))
    throw new RunFolderError(there, 'a file stands where the folder should be', 'Give another folder.')
  const tried = join(there, `.try-${randomUUID()}`)
  try {
    if (there === folder) await writeFile(tried, '', { flag: 'wx' })
    else {
      await mkdir(tried)
      await mkdir(join(tried, relative(there, folder)), { recursive: true })
    }
  } catch (error) {
    throw isRefusedName(error)
      ? new RunFolderError(folder, 'the system does not make this folder', 'Give another.')
      : asRunFolderError(folder, error)
  } finally {
    await rm(tried, { recursive: true, force: true }).catch(() => {})
  }
}

/** The folder itself, or the innermost of its parents that is there. */
async function innermostThere(folder: string): Promise<string> {
  let each = folder
  while (!(await exists(each)) && dirname(each) !== each) each = dirname(each)
  return each
}

/** What systems say below /proc and its like. */
function isRefusedName(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
