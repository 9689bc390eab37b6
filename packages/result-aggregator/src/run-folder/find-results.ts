import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asRunFolderError, RunFolderError, runFiles } from './run-folder.ts'

/** How far below a given folder is looked: a sweep's folder, one of its parts, a job, its runs. */
const deepest = 5

/**
 * Run folders, and results that lie alone, among and below the given paths, in the order given and those of a folder by name. Links are not followed: a folder that came from somewhere
 * else may have some that lead anywhere.
 *
 * @throws RunFolderError when there is none below one of them.
 */
export async function findResults(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const here = await resultsBelow(path, deepest)
    if (here.length === 0)
      throw new RunFolderError(
        path,
        'no run and no results.json in it',
        'Give run folders, results.json files, or a folder of them.',
      )
    found.push(...here)
  }
  return [...new Set(found)]
}

async function resultsBelow(path: string, depth: number): Promise<string[]> {
  try {
    if (!(await lstat(path)).isDirectory()) return [path]
    const entries = await readdir(path, { withFileTypes: true })
    if (entries.some(({ name }) => name === runFiles.header)) return [path]
    const own = entries.some(({ name }) => name === runFiles.result) ? [join(path, runFiles.result)] : []
    if (depth === 0) return own
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    const below: string[] = []
    for (const name of folders.sort(byNumber)) below.push(...(await resultsBelow(join(path, name), depth - 1)))
    return [...own, ...below]
  } catch (error) {
    throw error instanceof RunFolderError ? error : asRunFolderError(path, error)
  }
}

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
