import type { Stats } from 'node:fs'
import { glob, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { TraceError } from '../problem.ts'
import { reasonOf } from './plain-file.ts'
import { standardInput } from './standard-input.ts'

const traceFile = /\.(jsonl?|csv)(\.gz)?$/i

/** Whether the name is one that traces are read from; what a conversion lost lies beside them, and is none. */
export function isTraceFile(name: string): boolean {
  return traceFile.test(name) && !name.startsWith('.') && !name.endsWith('.losses.json')
}

/**
 * The trace files behind `paths`: each file as named, each folder's own files (`.json`, `.jsonl`, each also `.gz`; tables, `.csv`, where there is
 * nothing else, since they may as well be about the traces) sorted by name, what a pattern (`shards/*.jsonl.gz`) matches likewise, and `-` for standard input. Subfolders are not entered, and a file
 * reached twice is listed once.
 *
 * @throws TraceError when a path does not exist or cannot be read, or a folder or pattern has no trace file.
 */
export async function listTraceFiles(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) throw new TraceError('no traces named; give a trace file or a folder of them')
  const files = new Set<string>()
  for (const path of paths) {
    for (const file of await filesBehind(path)) files.add(file)
  }
  return [...files]
}

/** Whether the path may stand for several: what exists under it literally comes first. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path)
}

async function filesBehind(path: string): Promise<string[]> {
  if (path === standardInput) return [path]
  const found: Stats | undefined = await stat(path).catch((error: unknown) => {
    if (isPattern(path)) return undefined
    throw new TraceError(`${printable(path, 300)}: ${reasonOf(error)}`)
  })
  if (!found) return matchesOf(path)
  return found.isDirectory() ? filesIn(path) : [path]
}

async function matchesOf(pattern: string): Promise<string[]> {
  const matches = await orTraceError(pattern, all(glob(pattern)))
  const files = matches.filter((match) => isTraceFile(basename(match))).sort()
  if (files.length > 0) return files
  throw new TraceError(
    `${printable(pattern, 300)}: matches no trace file (.json, .jsonl or .csv, each also .gz); check the pattern`,
  )
}

async function all(names: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const name of names) found.push(name)
  return found
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await orTraceError(folder, readdir(folder))
  if (['run.json', 'plan.json'].every((name) => found.includes(name)))
    throw new TraceError(
      `${printable(folder, 300)}: the folder of a run, and no traces; name those that it replayed (corpus.source in its run.json)`,
    )
  const all = found.filter(isTraceFile).sort()
  const plain = all.filter((name) => !/\.csv(\.gz)?$/i.test(name))
  const names = plain.length > 0 ? plain : all
  if (names.length > 0) return names.map((name) => join(folder, name))
  throw new TraceError(
    `${printable(folder, 300)}: no trace files in this folder; expected .json, .jsonl or .csv, each also .gz (subfolders are not searched)`,
  )
}

async function orTraceError<Value>(path: string, effect: Promise<Value>): Promise<Value> {
  try {
    return await effect
  } catch (error) {
    throw new TraceError(`${printable(path, 300)}: ${reasonOf(error)}`)
  }
}
