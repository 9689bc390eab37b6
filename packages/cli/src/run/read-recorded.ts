import { printable } from '@reprise/safe-text'
import { type CacheUse, type ReadCorpus, type ReadOptions, readCachedCorpus, readCorpus } from '@reprise/trace'
import { type CacheOption, corpusStoreOf } from '../options/corpus-store.ts'
import { hubOf } from '../options/hub-options.ts'
import { type ReadingOptions, readingOptionsOf } from '../options/reading-options.ts'
import type { Io } from '../terminal/io.ts'

type OnStatus = (status: string) => void

/** Reads the traces that a path or a data set of the Hub names, as the options say. @throws TraceError */
export function readRecorded(
  path: string,
  options: ReadingOptions,
  io: Pick<Io, 'env' | 'signal'>,
  onStatus?: OnStatus,
): Promise<ReadCorpus> {
  return readCorpus(path, readOptions(options, io, onStatus))
}

/** What is found of them quickly where they were read before, unless that is not wanted. @throws TraceError */
export async function findRecorded(
  path: string,
  { cache, ...options }: ReadingOptions & CacheOption,
  io: Pick<Io, 'env' | 'signal'>,
  onStatus?: OnStatus,
): Promise<FoundCorpus> {
  const reading = readOptions(options, io, onStatus)
  return cache === false
    ? readCorpus(path, reading)
    : readCachedCorpus(path, { ...reading, store: corpusStoreOf(io.env) })
}

/** A corpus without what one that was read before does not have. */
export type FoundCorpus = Omit<ReadCorpus, 'placeOf' | 'blockHashes'> & { readonly cache?: CacheUse }

function readOptions(
  options: ReadingOptions,
  { env, signal }: Pick<Io, 'env' | 'signal'>,
  onStatus?: OnStatus,
): ReadOptions {
  return {
    ...readingOptionsOf(options),
    hub: {
      ...hubOf(env),
      signal,
      onProgress: ({ file, bytesDone, bytes }) =>
        onStatus?.(`fetching ${printable(file, 80)}: ${megabytes(bytesDone)} of ${megabytes(bytes)} MB`),
    },
    onProgress: ({ filesDone, files }) => onStatus?.(`reading traces: ${filesDone} of ${files} files`),
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
