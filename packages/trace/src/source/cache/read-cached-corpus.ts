import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { compiledCorpus, corpusBytes } from '../../compiled/corpus-bytes.ts'
import type { Corpus } from '../../corpus.ts'
import { type LocatedFiles, locateFiles } from '../locate-files.ts'
import { openPlainFile, reasonOf, UnreadableFile } from '../plain-file.ts'
import { type ReadCorpus, type ReadOptions, readCorpus } from '../read-corpus.ts'
import { standardInput } from '../standard-input.ts'
import { type CorpusStore, readEntry, writeEntry } from './corpus-store.ts'
import { readerVersion } from './reader-version.ts'

export interface CachedCorpus extends Notes {
  readonly corpus: Corpus
  readonly cache: CacheUse
}

/** What the cache had to do with a reading. */
export type CacheUse =
  /** Read quickly. */
  | { readonly state: 'found'; readonly bytes: number }
  /** Put there for the next time; `rebuilt` where what lay there was damaged. */
  | { readonly state: 'kept' | 'rebuilt'; readonly bytes: number }
  /** The files were read, and are not kept. */
  | { readonly state: 'not-kept'; readonly why: string }

export interface CachedReadOptions extends ReadOptions {
  readonly store: CorpusStore
  /** Of all files together; those of fewer are read in no time. Default: 256 KiB. */
  readonly leastBytes?: number
}

const smallBytes = 1 << 18

/**
 * What `readCorpus` returns but for the places of turns and the hashes behind block ids, from the store where the same files were read
 * before by the same code with the same options.
 *
 * Files are known by their names and by the digest of all their bytes, the code by its own digest: whatever is different is read anew.
 *
 * @throws TraceError as `readCorpus` does.
 */
export async function readCachedCorpus(
  paths: string | readonly string[],
  { store, leastBytes = smallBytes, ...options }: CachedReadOptions,
): Promise<CachedCorpus> {
  const locate = () => locateFiles(typeof paths === 'string' ? [paths] : paths, options.hub)
  const located = await locate()
  const { files } = located
  const readAnew = async () => {
    const { placeOf: _, blockHashes: __, ...read } = await readCorpus(paths, options)
    return read
  }
  const small = files.includes(standardInput) || (await bytesOf(files)) < leastBytes
  const key = small ? undefined : await keyOf(located, options)
  if (key === undefined) {
    const why = small ? 'the files are small, or stdin' : 'some of the files cannot be read'
    return { ...(await readAnew()), cache: { state: 'not-kept', why } }
  }
  const stored = await readEntry(store, key)
  const found = stored && compiledCorpus<Notes>(stored)
  if (found) return { corpus: found.corpus, ...found.notes, cache: { state: 'found', bytes: stored.length } }
  const { corpus, ...notes } = await readAnew()
  // What was read may not be what the digest was taken of.
  const isSame = (await keyOf(await locate(), options)) === key
  const cache: CacheUse = isSame
    ? await keep(store, key, { bytes: corpusBytes({ corpus, notes }), wasThere: stored !== undefined })
    : { state: 'not-kept', why: 'the files changed while they were read' }
  return { corpus, ...notes, cache }
}

type Notes = Omit<ReadCorpus, 'corpus' | 'placeOf' | 'blockHashes'>

async function keep(
  store: CorpusStore,
  key: string,
  { bytes, wasThere }: { readonly bytes: Buffer; readonly wasThere: boolean },
): Promise<CacheUse> {
  try {
    await writeEntry(store, key, bytes)
    return { state: wasThere ? 'rebuilt' : 'kept', bytes: bytes.length }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    return { state: 'not-kept', why: code ?? (error instanceof Error ? error.message : 'unknown error') }
  }
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => stat(file).catch(() => undefined)))
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0)
}

/** Undefined where a file cannot be read: why is told by reading it. */
async function keyOf(
  located: LocatedFiles,
  { onProgress: _, hub: __, ...options }: ReadOptions,
): Promise<string | undefined> {
  try {
    const digests: string[] = []
    for (const file of located.files) digests.push(await digestOf(file))
    const said = { reader: await readerVersion(), options: Object.entries(options).sort(), located, digests }
    return createHash('sha256').update(JSON.stringify(said)).digest('hex')
  } catch (error) {
    if (error instanceof UnreadableFile) return undefined
    throw error
  }
}

async function digestOf(path: string): Promise<string> {
  const file = await openPlainFile(path)
  try {
    const hash = createHash('sha256')
    // A stream for each of many small files would take longer than reading them.
    if ((await file.stat()).size <= smallBytes) hash.update(await file.readFile())
    else await pipeline(file.createReadStream({ highWaterMark: 1 << 20, autoClose: false }), hash)
    return hash.digest('hex')
  } catch (error) {
    throw new UnreadableFile(reasonOf(error))
  } finally {
    await file.close()
  }
}
