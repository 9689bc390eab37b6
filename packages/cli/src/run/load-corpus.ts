import { presets } from '@reprise/replay-engine'
import type { CorpusOrigin } from '@reprise/result-aggregator'
import {
  type Corpus,
  fixedLengthCorpus,
  type Problem,
  readWekaCorpus,
  renderProblem,
  synthCorpus,
} from '@reprise/trace'
import type { Io } from '../io.ts'
import type { LoadOptions } from '../options/load-options.ts'
import { grouped } from '../output.ts'
import { startProgress } from '../progress.ts'

export interface LoadedCorpus {
  readonly corpus: Corpus
  readonly origin: CorpusOrigin
  /** Where it came from, in words or as a path. */
  readonly source: string
}

/**
 * Loads what the runs of a command replay, each at its number of lanes: a corpus once for all of them, the preset's own requests for each.
 */
export function corpusLoader(
  options: LoadOptions,
  io: Io & { quiet: boolean },
): (lanes: number) => Promise<LoadedCorpus> {
  let loaded: LoadedCorpus | undefined
  return async (lanes) => {
    if (!loaded || loaded.origin === 'preset') loaded = await loadCorpus(options, lanes, io)
    return loaded
  }
}

/**
 * The workload that the options name: recorded traces, the preset's own requests, or the small synthetic corpus.
 *
 * @throws TraceError when there is nothing to replay.
 */
export async function loadCorpus(
  options: LoadOptions,
  lanes: number,
  io: Io & { quiet: boolean },
): Promise<LoadedCorpus> {
  if (options.preset === 'fixed-seq-len') return fixedLengths(options, lanes)
  if (options.traces === undefined) return smallSynthetic(options.seed)
  return { corpus: await readTraces(options.traces, io), origin: 'recorded', source: options.traces }
}

/** Reads trace files, with progress and problems on stderr. @throws TraceError */
export async function readTraces(path: string, io: Io & { quiet: boolean }): Promise<Corpus> {
  let status = ''
  const progress = startProgress(io, {
    quiet: io.quiet,
    lines: (columns) => (status ? [{ text: status.slice(0, columns), tone: 'plain' }] : []),
    plain: () => status,
  })
  try {
    const { corpus, problems, files, rejected } = await readWekaCorpus(path, {
      onProgress: ({ filesDone, files: all }) => {
        status = `reading traces: ${filesDone} of ${all} files`
      },
    })
    progress.end()
    reportProblems(problems, rejected, io)
    if (!io.quiet) io.stderr.write(`read ${grouped(corpus.traces.length)} traces from ${grouped(files)} files\n`)
    return corpus
  } finally {
    progress.end()
  }
}

const shownProblems = 10

function reportProblems(problems: readonly Problem[], rejected: number, io: Io): void {
  for (const problem of problems.slice(0, shownProblems))
    io.stderr.write(`${problem.severity}: ${renderProblem(problem)}\n`)
  if (problems.length > shownProblems) io.stderr.write(`... and ${problems.length - shownProblems} more problems\n`)
  if (rejected > 0)
    io.stderr.write(
      `${rejected} ${rejected === 1 ? 'file or trace was' : 'files or traces were'} left out; the rest is used\n`,
    )
}

function fixedLengths({ seed, isl = 1024, osl = 256, rangeRatio = 0.8 }: LoadOptions, lanes: number): LoadedCorpus {
  const requests = lanes * presets['fixed-seq-len'].fixedLengthTracesPerLane
  const corpus = fixedLengthCorpus({ seed, requests, inputTokens: isl, outputTokens: osl, rangeRatio, blockSize: 64 })
  return { corpus, origin: 'preset', source: `fixed lengths ${isl}/${osl}, range ratio ${rangeRatio}` }
}

/** Short enough for a laptop, with the shapes of recorded sessions. */
const small = { traces: 32, scale: 0.1, turnScale: 0.25 }

function smallSynthetic(seed: number): LoadedCorpus {
  const corpus = synthCorpus({ seed, ...small })
  return {
    corpus,
    origin: 'synthetic',
    source: `synthetic: ${small.traces} traces at ${small.scale} of recorded lengths`,
  }
}
