import type { Corpus, EdgeRule, SubagentTimeBasis } from '../corpus.ts'
import { corpusDigest } from '../corpus-digest.ts'
import { inferEdges } from '../edges/infer-edges.ts'
import type { Problem } from '../problem.ts'
import { renderProblem, TraceError } from '../problem.ts'
import type { BlockHashes } from '../recording/hash-numbers.ts'
import type { Recording, RecordPlace, TurnName } from '../recording/trace-format.ts'
import type { HubSettings } from './hub-settings.ts'
import { locateFiles } from './locate-files.ts'
import { beginWhole, readDocuments, type TraceDocument } from './read-documents.ts'
import { Reading } from './reading.ts'

export interface ReadOptions {
  /** WEKA: what a subagent's time stands for. Default `auto`: decided once for the corpus; `Corpus.origin` says which. */
  readonly subagentTimes?: 'auto' | SubagentTimeBasis
  /** WEKA: whether agents that were recorded as one list are told apart by their blocks. Default `auto`: where the blocks show several. */
  readonly splitAgents?: 'auto' | 'always' | 'never'
  /** What turns wait for. Default `auto`: what the files say, and what they leave open as their format's own readers do; `Corpus.edges` says which. */
  readonly edges?: 'auto' | EdgeRule
  /** How data sets of the Hugging Face Hub are reached; absent: none is. */
  readonly hub?: HubSettings
  /** Called after every file. */
  readonly onProgress?: (progress: ReadProgress) => void
}

export interface ReadProgress {
  readonly filesDone: number
  readonly files: number
  /** Records that are used so far: traces, or requests where a record is one. */
  readonly records: number
}

export interface ReadCorpus {
  readonly corpus: Corpus
  /** In the order of the files; warnings about fields and about the times of subagents, which concern many files, last. */
  readonly problems: readonly Problem[]
  /** Files that were named or found. */
  readonly files: number
  /** The data sets of the Hub among the paths, each with the commit that was read; absent where none is. */
  readonly pinned?: readonly string[]
  /** Errors among the problems: files and records that they kept out. */
  readonly rejected: number
  /** Files of which no record is used. */
  readonly filesLeftOut: number
  /** Records that are not used, of files of which others are. */
  readonly recordsLeftOut: number
  /** Traces whose own times do not fit those of `corpus.origin`. */
  readonly contraryTraces: number
  /** Where a turn was read. */
  placeOf(turn: TurnName): RecordPlace | undefined
  /** The hashes that the block ids of the corpus stand for, where the files have them. They tell whoever holds the text what was asked. */
  readonly blockHashes?: BlockHashes
}

/**
 * The corpus in the trace files at `paths` (files, folders of them, patterns, `-` for standard input, or data sets of the Hugging Face Hub), with what was wrong with them.
 * The first record of a file says its format; `corpus.origin` names it.
 *
 * A file or record that cannot be used is left out and reported; the rest is used. Files are read one at a time, and of a
 * file only the scalars and the block deltas are kept.
 *
 * @throws TraceError when a path is missing, nothing usable is found, or the records do not belong into one corpus.
 */
export async function readCorpus(
  paths: string | readonly string[],
  { subagentTimes = 'auto', splitAgents = 'auto', edges = 'auto', hub, onProgress }: ReadOptions = {},
): Promise<ReadCorpus> {
  const { files, pinned, problems: found } = await locateFiles(typeof paths === 'string' ? [paths] : paths, hub)
  const reading = new Reading({ splitAgents, ...(subagentTimes !== 'auto' && { subagentTimes }) })
  let filesDone = 0
  for (const [file, documents] of documentsOf(files)) {
    await reading.addFile(file, documents)
    filesDone += 1
    onProgress?.({ filesDone, files: files.length, records: reading.used })
  }
  const unreadable = [...found, ...reading.problems()]
  if (reading.used === 0) throw new TraceError(nothingUsable(unreadable), unreadable)
  const { problems, contraryTraces, placeOf, blockHashes, ...recording } = reading.finish()
  const corpus = edges === 'auto' ? recording.corpus : withEdges(recording.corpus, edges)
  return {
    corpus: { ...corpus, digest: corpusDigest(corpus) },
    problems: [...unreadable, ...problems],
    files: files.length,
    ...(pinned.length > 0 && { pinned }),
    rejected: unreadable.filter(({ severity }) => severity === 'error').length,
    ...reading.leftOut,
    contraryTraces,
    placeOf,
    ...(blockHashes && { blockHashes }),
  }
}

/** Each file with its records. One that is a single document is read while the file before it is used. */
function* documentsOf(files: readonly string[]): Generator<[string, AsyncIterable<TraceDocument>]> {
  let begun = files[0] === undefined ? undefined : beginWhole(files[0])
  for (const [index, file] of files.entries()) {
    const documents = readDocuments(file, begun)
    const next = files[index + 1]
    begun = next === undefined ? undefined : beginWhole(next)
    yield [file, documents]
  }
}

function withEdges(corpus: Recording['corpus'], rule: EdgeRule): Recording['corpus'] {
  return { ...corpus, edges: rule, traces: corpus.traces.map((trace) => inferEdges(trace, rule)) }
}

function nothingUsable(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error')
  const shown = errors.slice(0, 3).map(renderProblem)
  const more = errors.length > shown.length ? [`and ${errors.length - shown.length} more`] : []
  return ['no usable trace', ...shown, ...more].join('\n  ')
}
