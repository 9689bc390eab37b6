import { basename } from 'node:path'
import { type PresetCorpus, presetOf } from '@reprise/replay-engine/presets'
import {
  type CorpusFacts,
  type CorpusOrigin,
  misfitObjection,
  renderEdges,
  renderSubagentTimes,
} from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import { blockFit, type Corpus, fixedLengthCorpus, type ReadCorpus, renderProblem, synthCorpus } from '@reprise/trace'
import type { CacheOption } from '../options/corpus-store.ts'
import type { LoadOptions } from '../options/load-options.ts'
import type { LoadPoint } from '../options/load-point.ts'
import type { ReadingOptions } from '../options/reading-options.ts'
import type { Io, Talk } from '../terminal/io.ts'
import { several } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'
import { type FoundCorpus, findRecorded, readRecorded } from './read-recorded.ts'

export interface LoadedCorpus {
  readonly corpus: Corpus
  readonly facts: CorpusFacts
  readonly origin: CorpusOrigin
  /** Where it came from, in words or as a path. */
  readonly source: string
}

/**
 * Loads what the runs of a command replay, each at its size: a corpus once for all of them, the preset's own requests for each.
 */
export function corpusLoader(options: LoadOptions, io: Talk): (point: LoadPoint) => Promise<LoadedCorpus> {
  let loaded: LoadedCorpus | undefined
  return async (point) => {
    if (!loaded || loaded.origin === 'preset') loaded = await loadCorpus(options, point, io)
    return loaded
  }
}

/**
 * The workload that the options name: recorded traces, the preset's own requests, or the small synthetic corpus.
 *
 * @throws TraceError when there is nothing to replay.
 */
export async function loadCorpus(options: LoadOptions, point: LoadPoint, io: Talk): Promise<LoadedCorpus> {
  const wanted = presetOf(options.preset)?.corpus
  if (wanted?.kind === 'fixed-lengths') return fixedLengths(options, wanted, point)
  if (options.traces === undefined) return smallSynthetic(options.seed)
  const { corpus, facts, pinned } = await findTraces(options.traces, options, io)
  return { corpus, facts, origin: 'recorded', source: pinned?.join(' ') ?? options.traces }
}

/** Reads trace files, with progress, problems and what was found on stderr. @throws TraceError */
export async function readTraces(
  path: string,
  options: ReadingOptions,
  io: Talk,
): Promise<Pick<LoadedCorpus, 'corpus' | 'facts'> & Pick<ReadCorpus, 'placeOf' | 'blockHashes' | 'pinned'>> {
  const { read, facts } = await told(options, io, (onStatus) => readRecorded(path, options, io, onStatus))
  const { corpus, placeOf, blockHashes, pinned } = read
  return { corpus, facts, placeOf, ...(blockHashes && { blockHashes }), ...(pinned && { pinned }) }
}

/** The same of traces that may have been read before. @throws TraceError */
export async function findTraces(
  path: string,
  options: ReadingOptions & CacheOption,
  io: Talk,
): Promise<Pick<LoadedCorpus, 'corpus' | 'facts'> & Pick<ReadCorpus, 'pinned'>> {
  const { read, facts } = await told(options, io, (onStatus) => findRecorded(path, options, io, onStatus))
  const { corpus, pinned } = read
  return { corpus, facts, ...(pinned && { pinned }) }
}

async function told<Read extends FoundCorpus>(
  options: ReadingOptions,
  io: Talk,
  reading: (onStatus: (status: string) => void) => Promise<Read>,
): Promise<{ readonly read: Read; readonly facts: CorpusFacts }> {
  let status = ''
  const progress = startProgress(io, {
    quiet: io.quiet,
    lines: (columns) => (status ? [{ text: status.slice(0, columns), tone: 'plain' }] : []),
    plain: () => status,
  })
  try {
    const read = await reading((next) => {
      status = next
    })
    progress.end()
    const facts = factsOf(read, options)
    reportProblems(read, io)
    const misfit = misfitObjection(facts, { misfitTurns: 0 })
    if (misfit !== undefined) io.stderr.write(`warning: ${misfit}\n`)
    if (read.cache?.state === 'rebuilt')
      io.stderr.write('warning: what was kept of these traces was damaged, and is made anew\n')
    if (!io.quiet) io.stderr.write(`${renderReading(read, facts)}\n`)
    return { read, facts }
  } finally {
    progress.end()
  }
}

function factsOf(read: FoundCorpus, { subagentTimes = 'auto', edges = 'auto' }: ReadingOptions): CorpusFacts {
  const { corpus, problems, contraryTraces, files, filesLeftOut, recordsLeftOut } = read
  const errors = problems.filter(({ severity }) => severity === 'error')
  return {
    ...generatedFacts(corpus),
    format: corpus.origin.format,
    subagentTimes: {
      basis: timesOf(corpus),
      decidedBy: subagentTimes === 'auto' ? 'traces' : 'option',
      contraryTraces,
    },
    ...(corpus.edges && { edges: { source: corpus.edges, decidedBy: edges === 'auto' ? 'traces' : 'option' } }),
    ...(corpus.origin.format === 'weka' &&
      corpus.origin.splitTraces !== undefined && { splitTraces: corpus.origin.splitTraces }),
    files: {
      found: files,
      leftOut: filesLeftOut,
      tracesLeftOut: recordsLeftOut,
      firstLeftOut: errors
        .slice(0, 3)
        .map((each) => printable(renderProblem({ ...each, file: basename(each.file) }), 160)),
    },
  }
}

/** What is to be said of a corpus that no file was read for. */
export function generatedFacts(corpus: Corpus): CorpusFacts {
  return {
    blockSize: corpus.blockSize,
    blockIds: blockFit(corpus),
    subagentTimes: { basis: timesOf(corpus), decidedBy: 'traces', contraryTraces: 0 },
  }
}

function timesOf({ origin }: Corpus): CorpusFacts['subagentTimes']['basis'] {
  return origin.format === 'weka' ? origin.subagentTimes : 'none'
}

function renderReading({ corpus, files, cache }: FoundCorpus, { subagentTimes, edges }: CorpusFacts): string {
  const read = `read ${several(corpus.traces.length, 'trace')} (${corpus.origin.format}) from ${several(files, 'file')}`
  const times = subagentTimes.basis === 'none' ? [] : [`subagent times: ${renderSubagentTimes({ subagentTimes })}`]
  const before = cache?.state === 'found' ? ['as they were read before (--no-cache: anew)'] : []
  return [read, ...times, ...(edges ? [`edges: ${renderEdges(edges)}`] : []), ...before].join('; ')
}

const shownProblems = 10

function reportProblems({ problems, rejected }: FoundCorpus, io: Io): void {
  for (const problem of problems.slice(0, shownProblems))
    io.stderr.write(`${problem.severity}: ${renderProblem(problem)}\n`)
  if (problems.length > shownProblems)
    io.stderr.write(`... and ${several(problems.length - shownProblems, 'more problem')}\n`)
  if (rejected > 0)
    io.stderr.write(
      `${rejected} ${rejected === 1 ? 'file or trace was' : 'files or traces were'} left out; the rest is used\n`,
    )
}

function fixedLengths(
  options: LoadOptions,
  { lengths, tracesPerLane }: Extract<PresetCorpus, { readonly kind: 'fixed-lengths' }>,
  { lanes = 1 }: LoadPoint,
): LoadedCorpus {
  const { seed, isl = lengths.inputTokens, osl = lengths.outputTokens, rangeRatio = lengths.rangeRatio } = options
  const requests = tracesPerLane * lanes
  const corpus = fixedLengthCorpus({ seed, requests, inputTokens: isl, outputTokens: osl, rangeRatio, blockSize: 64 })
  return {
    corpus,
    facts: generatedFacts(corpus),
    origin: 'preset',
    source: `fixed lengths ${isl}/${osl}, range ratio ${rangeRatio}`,
  }
}

/** Short enough for a laptop, with the shapes of recorded sessions. */
const small = { traces: 32, scale: 0.1, turnScale: 0.25 }

function smallSynthetic(seed: number): LoadedCorpus {
  const corpus = synthCorpus({ seed, ...small })
  return {
    corpus,
    facts: generatedFacts(corpus),
    origin: 'synthetic',
    source: `synthetic: ${small.traces} traces at ${small.scale} of recorded lengths`,
  }
}
