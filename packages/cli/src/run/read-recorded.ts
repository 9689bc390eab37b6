import { printable } from '@reprise/safe-text'
import { type ReadCorpus, readCorpus } from '@reprise/trace'
import { hubOf } from '../options/hub-options.ts'
import { type ReadingOptions, readingOptionsOf } from '../options/reading-options.ts'
import type { Io } from '../terminal/io.ts'

/** Reads the traces that a path or a data set of the Hub names, as the options say. @throws TraceError */
export function readRecorded(
  path: string,
  options: ReadingOptions,
  io: Pick<Io, 'env' | 'signal'>,
  onStatus?: (status: string) => void,
): Promise<ReadCorpus> {
  return readCorpus(path, {
    ...readingOptionsOf(options),
    hub: {
      ...hubOf(io.env),
      signal: io.signal,
      onProgress: ({ file, bytesDone, bytes }) =>
        onStatus?.(`fetching ${printable(file, 80)}: ${megabytes(bytesDone)} of ${megabytes(bytes)} MB`),
    },
    onProgress: ({ filesDone, files }) => onStatus?.(`reading traces: ${filesDone} of ${files} files`),
  })
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
