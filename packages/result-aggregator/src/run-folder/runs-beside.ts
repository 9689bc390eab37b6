import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exists } from './make-folder.ts'
import { asRunFolderError, runFiles } from './run-folder.ts'

/**
 * The runs in a folder and right below it, by name, but for those of `own`: what would lie beside them as if it were of one command. None
 * where there is no such folder. @throws RunFolderError
 */
export async function runsBeside(folder: string, own: readonly string[]): Promise<string[]> {
  const ours = new Set(own.map((each) => resolve(each)))
  const found: string[] = []
  for (const each of [folder, ...(await foldersIn(folder)).map((name) => join(folder, name))])
    if (!ours.has(resolve(each)) && (await exists(join(each, runFiles.header)))) found.push(each)
  return found
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Whoever makes the folder says what stands in its way.
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw asRunFolderError(folder, error)
  }
}
