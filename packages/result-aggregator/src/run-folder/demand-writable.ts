import { randomUUID } from 'node:crypto'
import { rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists, makeFolder } from './make-folder.ts'
import { asRunFolderError } from './run-folder.ts'

/** Tries whether a run can be written into the folder, made or not, and leaves nothing of the try. @throws RunFolderError where it cannot. */
export async function demandWritable(folder: string): Promise<void> {
  const missing = await missingFolders(folder)
  try {
    await makeFolder(folder)
    if (missing.length === 0) await tryFile(folder)
  } finally {
    for (const each of missing) await rmdir(each).catch(() => {})
  }
}

/** The folder itself and its parents as far as they are to be made, the innermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = []
  for (let each = folder; !(await exists(each)) && dirname(each) !== each; each = dirname(each)) missing.push(each)
  return missing
}

async function tryFile(folder: string): Promise<void> {
  const path = join(folder, `.try-${randomUUID()}`)
  try {
    await writeFile(path, '', { flag: 'wx' })
    await rm(path)
  } catch (error) {
    throw asRunFolderError(folder, error)
  }
}
