import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { printable } from '../printable.ts'
import { TraceError } from '../problem.ts'
import { reasonOf } from './plain-file.ts'

const traceFile = /\.jsonl?(\.gz)?$/i

/** Whether the name is one that traces are read from. */
export function isTraceFile(name: string): boolean {
  return traceFile.test(name) && !name.startsWith('.')
}

/**
 * The trace files behind `paths`: each file as named, each folder's own files (`.json`, `.jsonl`, each also `.gz`) sorted by
 * name. Subfolders are not entered, and a file reached twice is listed once.
 *
 * @throws TraceError when a path does not exist or cannot be read, or a folder has no trace file.
 */
export async function listTraceFiles(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) throw new TraceError('no traces named; give a trace file or a folder of them')
  const files = new Set<string>()
  for (const path of paths) {
    const found: Stats = await orTraceError(path, stat(path))
    for (const file of found.isDirectory() ? await filesIn(path) : [path]) files.add(file)
  }
  return [...files]
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await orTraceError(folder, readdir(folder))).filter(isTraceFile).sort()
  if (names.length > 0) return names.map((name) => join(folder, name))
  throw new TraceError(
    `${printable(folder, 300)}: no trace files in this folder; expected .json, .jsonl, .json.gz or .jsonl.gz (subfolders are not searched)`,
  )
}

async function orTraceError<Value>(path: string, effect: Promise<Value>): Promise<Value> {
  try {
    return await effect
  } catch (error) {
    throw new TraceError(`${printable(path, 300)}: ${reasonOf(error)}`)
  }
}
