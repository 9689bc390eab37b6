import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { isFolder } from './make-folder.ts'
import { asRunFolderError, RunFolderError, runFiles } from './run-folder.ts'

export const noRunProblem = 'no run in it'

/** How far below a given folder runs are looked for: a sweep's folder, one of its parts, a run. */
const DEPTH_MAX = 4

/**
 * The run folders among and below the given ones, in the order given, those of one folder by name with numbers in numeric order, each once.
 *
 * @throws RunFolderError when one of them holds no run, or cannot be read.
 */
export async function findRuns(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const runs = await runsBelow(path, DEPTH_MAX)
    if (runs.length === 0) {
      throw new RunFolderError(
        path,
        noRunProblem,
        'Give the folder of a run, the one that holds run.json, or one above; traces are replayed first, with replay or simulate.',
      )
    }
    found.push(...runs)
  }
  return await eachOnce(found)
}

/** A link may lead to a run once more, or in a circle to all of them. */
async function eachOnce(folders: readonly string[]): Promise<string[]> {
  const once = new Map<string, string>()
  for (const folder of folders) {
    const place = await realpath(folder)
    const known = once.get(place)
    // The shortest way is the one without detours.
    if (known === undefined || folder.length < known.length) once.set(place, folder)
  }
  return [...once.values()]
}

async function runsBelow(folder: string, depth: number): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    if (entries.some(({ name }) => name === runFiles.header)) return [folder]
    if (depth === 0) return []
    const folders: string[] = []
    for (const entry of entries)
      if (entry.isDirectory() || (await isFolder(join(folder, entry.name)))) folders.push(entry.name)
    const below = folders.sort(byNumber).map((name) => runsBelow(join(folder, name), depth - 1))
    return (await Promise.all(below)).flat()
  } catch (error) {
    throw asRunFolderError(folder, error)
  }
}

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
