import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { TraceError } from '../../problem.ts'
import { reasonOf } from '../plain-file.ts'
import { standardInput } from '../standard-input.ts'

/**
 * The file, or every `.jsonl` and `.json` (each also `.gz`) in the folder and below it, in the order of their names. Links to folders are not followed.
 *
 * @throws TraceError when there is none.
 */
export async function listLogFiles(path: string): Promise<string[]> {
  if (path === standardInput) return [path]
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && logFile.test(entry.name))
    // What describes a log beside it (`agent-ID.meta.json`) holds no line of it.
    const names = files.map((entry) => join(entry.parentPath, entry.name)).filter((name) => !/\.meta\.json$/.test(name))
    if (names.length > 0) return names.sort()
  } catch (error) {
    throw new TraceError(`${printable(path, 300)}: ${reasonOf(error)}`)
  }
  throw new TraceError(
    `${printable(path, 300)}: no logs in this folder or below it; expected .jsonl or .json, each also .gz`,
  )
}

const logFile = /\.jsonl?(\.gz)?$/i
