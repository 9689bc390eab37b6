import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exists } from './make-folder.ts'
import { asRunFolderError, runFiles } from './run-folder.ts'

/** A run lies in a folder, or below it as a point of a sweep. */
const DEPTH = 2

/**
 * The runs in a folder and below it, as far as a folder of sweeps goes, but for those of `own`: what would lie beside them as if it were of
 * one command. That of the folder itself comes first, the others by name. None where there is no such folder. @throws RunFolderError
 */
export async function runsBeside(folder: string, own: readonly string[]): Promise<string[]> {
  return runsIn(folder, new Set(own.map((each) => resolve(each))), DEPTH)
}

async function runsIn(folder: string, own: ReadonlySet<string>, depth: number): Promise<string[]> {
  const isOther = !own.has(resolve(folder)) && (await exists(join(folder, runFiles.header)))
  const found = isOther ? [folder] : []
  if (depth > 0)
    for (const name of await foldersIn(folder)) found.push(...(await runsIn(join(folder, name), own, depth - 1)))
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
