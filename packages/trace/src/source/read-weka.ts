import type { Corpus, SubagentTimeBasis, Trace } from '../corpus.ts'
import { printable } from '../printable.ts'
import type { Problem } from '../problem.ts'
import { renderProblem, TraceError } from '../problem.ts'
import { type BlockNumbers, renumberBlocks } from '../weka/block-numbers.ts'
import { buildTrace } from '../weka/build-trace.ts'
import { decideSubagentTimes } from '../weka/decide-subagent-times.ts'
import { InvalidTrace } from '../weka/invalid-trace.ts'
import { parseWekaTrace } from '../weka/parse-weka-trace.ts'
import type { RecordedTrace } from '../weka/recorded-trace.ts'
import { UnknownFields } from '../weka/unknown-fields.ts'
import { corpusDigest } from './corpus-digest.ts'
import { listTraceFiles } from './list-trace-files.ts'
import { InvalidJson, parseJson } from './parse-json.ts'
import { UnreadableFile } from './plain-file.ts'
import { readDocuments } from './read-documents.ts'

export interface ReadWekaOptions {
  /** What a subagent's time stands for. Default `auto`: decided once for the corpus; `Corpus.subagentTimes` says which. */
  readonly subagentTimes?: 'auto' | SubagentTimeBasis
  /** Called after every file. */
  readonly onProgress?: (progress: ReadProgress) => void
}

export interface ReadProgress {
  readonly filesDone: number
  readonly files: number
  readonly traces: number
}

export interface ReadCorpus {
  readonly corpus: Corpus
  /** In the order of the files; warnings about fields and about the times of subagents, which concern many files, last. */
  readonly problems: readonly Problem[]
  /** Files that were named or found. */
  readonly files: number
  /** Errors among the problems: files and traces that they kept out. */
  readonly rejected: number
  /** Files of which no trace is used. */
  readonly filesLeftOut: number
  /** Traces that are not used, of files of which others are. */
  readonly tracesLeftOut: number
  /** Traces whose own times do not fit `corpus.subagentTimes`. */
  readonly contraryTraces: number
}

interface Source {
  readonly file: string
  readonly trace: RecordedTrace
}

/**
 * The corpus in the WEKA files at `paths` (files, or folders of them), with what was wrong with them.
 *
 * A file or trace that cannot be used is left out and reported; the rest is used. Files are read one at a time, and of a
 * file only the scalars and the block deltas are kept.
 *
 * @throws TraceError when a path is missing, nothing usable is found, or the traces do not belong into one corpus.
 */
export async function readWekaCorpus(
  paths: string | readonly string[],
  options: ReadWekaOptions = {},
): Promise<ReadCorpus> {
  const files = await listTraceFiles(typeof paths === 'string' ? [paths] : paths)
  const reading = new Reading()
  for (const [index, file] of files.entries()) {
    await reading.addFile(file)
    options.onProgress?.({ filesDone: index + 1, files: files.length, traces: reading.sources.size })
  }
  const sources = [...reading.sources.values()]
  const unreadable = reading.allProblems()
  requireOneKind(sources, unreadable)
  const { basis, contrary } = decideSubagentTimes(
    sources.map(({ trace }) => trace),
    forcedBasis(options),
  )
  const problems = [...unreadable, ...contraryProblem(contrary, basis, reading.sources)]
  return {
    corpus: corpusOf(
      sources.map(({ trace }) => trace),
      basis,
    ),
    problems,
    files: files.length,
    rejected: unreadable.filter(({ severity }) => severity === 'error').length,
    ...reading.leftOut,
    contraryTraces: contrary.length,
  }
}

function forcedBasis({ subagentTimes = 'auto' }: ReadWekaOptions): SubagentTimeBasis | undefined {
  return subagentTimes === 'auto' ? undefined : subagentTimes
}

/** Something else may have the name of a trace file, and millions of lines. */
const maxBadLines = 1000
const tooManyBadLines = `${maxBadLines} lines of it are no traces, so the rest is not read; check what the file is`

/** What has been read so far. */
class Reading {
  readonly sources = new Map<string, Source>()
  readonly leftOut = { filesLeftOut: 0, tracesLeftOut: 0 }
  readonly #problems: Problem[] = []
  #errors = 0
  readonly #unknownFields = new UnknownFields()
  readonly #globalNumbers: BlockNumbers = new Map()

  async addFile(file: string): Promise<void> {
    let documents = 0
    const traces = this.sources.size
    const errors = this.#errors
    try {
      for await (const { text, line } of readDocuments(file)) {
        documents += 1
        this.#addDocument(file, text, line)
        const bad = this.#errors - errors
        if (bad >= maxBadLines && bad > this.sources.size - traces) throw new UnreadableFile(tooManyBadLines)
      }
      if (documents === 0) this.#reject({ file, message: 'no traces in this file; remove it or fetch it again' })
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      this.#reject({ file, message: error.message })
    }
    if (this.sources.size === traces) this.leftOut.filesLeftOut += 1
    else this.leftOut.tracesLeftOut += this.#errors - errors
  }

  #addDocument(file: string, text: string, line: number | undefined): void {
    const place = { file, ...(line !== undefined && { line }) }
    try {
      const trace = this.#parse(parseJson(text), place)
      const earlier = this.sources.get(trace.id)
      if (!earlier) {
        this.sources.set(trace.id, { file, trace })
        return
      }
      const message = `this trace id was already read from ${printable(earlier.file, 300)}; give it an id of its own, or remove one`
      this.#reject({ ...place, trace: trace.id, message })
    } catch (error) {
      if (error instanceof InvalidTrace) {
        this.#reject({ ...place, ...(error.trace !== undefined && { trace: error.trace }), message: error.message })
      } else if (error instanceof InvalidJson) {
        const { column, message } = error
        const found = line ?? error.line
        this.#reject({
          file,
          ...(found !== undefined && { line: found }),
          ...(column !== undefined && { column }),
          message,
        })
      } else {
        throw error
      }
    }
  }

  #parse(value: unknown, place: { file: string; line?: number }): RecordedTrace {
    const warnings: string[] = []
    const trace = parseWekaTrace(value, {
      globalNumbers: this.#globalNumbers,
      unknownField: (name) => this.#unknownFields.add(name, place.file),
      warn: (message) => warnings.push(message),
    })
    for (const message of warnings) this.#problems.push({ severity: 'warning', ...place, trace: trace.id, message })
    return trace
  }

  #reject(problem: Omit<Problem, 'severity'>): void {
    this.#errors += 1
    this.#problems.push({ severity: 'error', ...problem })
  }

  allProblems(): Problem[] {
    return [...this.#problems, ...this.#unknownFields.problems()]
  }
}

function requireOneKind(sources: readonly Source[], problems: readonly Problem[]): void {
  const first = sources[0]
  if (!first) throw new TraceError(nothingUsable(problems), problems)
  const firstWithIds = sources.find(({ trace }) => trace.idKind !== undefined) ?? first
  for (const other of sources) {
    requireAlike(first, other)
    requireAlike(firstWithIds, other)
  }
}

/** Lengths are counted in blocks, and ids compared across traces, so one corpus has one block size and one scope. */
function requireAlike(first: Source, other: Source): void {
  const [a, b] = [first.trace, other.trace]
  const difference =
    a.blockSize !== b.blockSize
      ? `block_size ${a.blockSize} and ${b.blockSize}`
      : a.blockScope !== b.blockScope
        ? `hash_id_scope ${a.blockScope} and ${b.blockScope}`
        : a.blockScope === 'global' && a.idKind && b.idKind && a.idKind !== b.idKind
          ? 'block ids as numbers and as text'
          : undefined
  if (difference === undefined) return
  const files = `${printable(first.file, 300)} and ${printable(other.file, 300)}`
  throw new TraceError(`traces of different kinds, ${difference}, in ${files}; put each kind into a folder of its own`)
}

/** Told where the first of them was read. */
function contraryProblem(
  contrary: readonly string[],
  basis: SubagentTimeBasis,
  sources: ReadonlyMap<string, Source>,
): Problem[] {
  const [first] = contrary
  if (first === undefined) return []
  const others = contrary.length > 1 ? ` (and those of ${contrary.length - 1} more traces)` : ''
  const message = `its subagent times${others} do not fit ${basis}, by which all are read; put traces of one kind into a folder of their own, or choose with --subagent-times`
  return [{ severity: 'warning', file: sources.get(first)!.file, trace: first, message }]
}

function corpusOf(recorded: readonly RecordedTrace[], basis: SubagentTimeBasis): Corpus {
  const sorted = recorded.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const { blockSize, blockScope } = sorted[0]!
  const built = sorted.map((trace) => buildTrace(trace, basis))
  const numberAgain = blockScope === 'global' && sorted.some((trace) => trace.idKind === 'text')
  const traces: Trace[] = numberAgain ? renumberBlocks(built) : built
  const subagentTimes = traces.some((trace) => trace.sessions.length > 1) ? basis : 'none'
  const corpus = { schema: 'corpus/1', blockSize, blockScope, subagentTimes, traces } as const
  return { ...corpus, digest: corpusDigest(corpus) }
}

function nothingUsable(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error')
  const shown = errors.slice(0, 3).map(renderProblem)
  const more = errors.length > shown.length ? [`and ${errors.length - shown.length} more`] : []
  return ['no usable trace', ...shown, ...more].join('\n  ')
}
