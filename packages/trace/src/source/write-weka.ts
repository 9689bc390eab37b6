import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { printable } from '@reprise/safe-text'
import type { Corpus } from '../corpus.ts'
import { renderWekaTrace } from '../formats/weka/render.ts'
import { TraceError } from '../problem.ts'
import { isTraceFile } from './list-trace-files.ts'
import { writeFileWhole } from './write-file-whole.ts'

export interface WriteWekaOptions {
  /** Default false. */
  readonly gzip?: boolean
}

/**
 * Writes a corpus as one WEKA file per trace, named after its id, and returns the paths in the order of the traces. The folder
 * is made; files of the same names are replaced.
 *
 * @throws TraceError when the folder holds other trace files, since reading it would mix two corpora, or cannot be written.
 */
export async function writeWekaCorpus(
  corpus: Corpus,
  folder: string,
  { gzip = false }: WriteWekaOptions = {},
): Promise<string[]> {
  const names = fileNames(corpus, gzip ? '.json.gz' : '.json')
  await prepare(folder, new Set(names))
  const paths: string[] = []
  for (const [index, trace] of corpus.traces.entries()) {
    const path = join(folder, names[index]!)
    const text = `${renderWekaTrace(trace, corpus)}\n`
    await orTraceError(folder, writeFileWhole(path, gzip ? gzipSync(text) : text))
    paths.push(path)
  }
  return paths
}

async function prepare(folder: string, names: ReadonlySet<string>): Promise<void> {
  await orTraceError(folder, mkdir(folder, { recursive: true }))
  const present = await orTraceError(folder, readdir(folder))
  const other = present.find((name) => isTraceFile(name) && !names.has(name))
  if (other === undefined) return
  const place = printable(folder, 300)
  throw new TraceError(`${place}: already holds other traces (${printable(other)}); name an empty folder, or clear it`)
}

async function orTraceError<Value>(folder: string, effect: Promise<Value>): Promise<Value> {
  try {
    return await effect
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new TraceError(`${printable(folder, 300)}: cannot be written (${code}); name a folder that you may write to`)
  }
}

/** Ids are foreign text: what is no plain file name is spelt with underscores, and names that then collide are numbered. */
function fileNames(corpus: Corpus, extension: string): string[] {
  const taken = new Set<string>()
  return corpus.traces.map(({ id }) => {
    const plain = id
      .replace(/[^A-Za-z0-9_.-]/g, '_')
      .replace(/^\./, '_')
      .slice(0, 100)
    let name = plain
    // Compared without case: some file systems do not tell them apart.
    for (let copy = 2; taken.has(name.toLowerCase()); copy += 1) name = `${plain}-${copy}`
    taken.add(name.toLowerCase())
    return name + extension
  })
}
