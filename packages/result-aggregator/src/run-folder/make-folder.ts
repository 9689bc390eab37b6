import { lstat, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asRunFolderError, RunFolderError } from './run-folder.ts'

/**
 * Makes the folder and its parents. Node's own recursive mkdir never ends where the system refuses the last part, under /proc for instance.
 *
 * @throws RunFolderError when the system refuses.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder)
  } catch (error) {
    throw asRunFolderError(folder, error)
  }
}

/** Whoever takes a run away takes its empty folder with it, maybe just now. */
const MOST_TRIES = 20

async function make(folder: string, tries = 1): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return
  if (found) throw new RunFolderError(folder, 'a file stands where the folder should be', 'Give another folder.')
  await make(dirname(folder))
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && tries < MOST_TRIES && !(await exists(dirname(folder))))
      return make(folder, tries + 1)
    if (error.code === 'ENOENT')
      throw new RunFolderError(folder, 'the system does not make this folder', 'Give another.')
    if (error.code !== 'EEXIST') throw error
  })
}

/** Whether anything has this name, a link that leads nowhere included. */
export function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** Whether a folder has this name, or a link that leads to one. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
