import type { Corpus, Trace } from '../corpus.ts'
import { corpusDigest } from '../corpus-digest.ts'
import { TraceError } from '../problem.ts'
import { type Random, randomFor, wholeBetween } from './random.ts'
import { requireWhole } from './synth-corpus.ts'

export interface FixedLengthOptions {
  readonly seed: number
  readonly requests: number
  /** Longest input and output. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** Shortest length as a share of the longest, 0 to 1; 1: all alike. */
  readonly rangeRatio: number
  readonly blockSize: number
}

/**
 * Independent sessions of one turn each that share no content, with lengths drawn uniformly from `rangeRatio` x longest to longest.
 *
 * Source: the fixed-sequence-length scenario of InferenceX (utils/bench_serving/benchmark_serving.py, `sample_random_requests`), whose shortest
 * length is rounded down too.
 *
 * @throws TraceError when an option is out of range.
 */
export function fixedLengthCorpus(options: FixedLengthOptions): Corpus {
  const { seed, requests, inputTokens, outputTokens, rangeRatio, blockSize } = options
  for (const [name, value] of Object.entries({ requests, inputTokens, outputTokens, blockSize })) {
    requireWhole(name, value, 1)
  }
  if (!(rangeRatio >= 0 && rangeRatio <= 1)) throw new TraceError('rangeRatio: give a share from 0 to 1')
  const digits = Math.max(5, String(requests).length)
  const traces = Array.from({ length: requests }, (_, index): Trace => {
    const random = randomFor(seed, 'fixed-length', index)
    const input = lengthOf(random, inputTokens, rangeRatio)
    const output = lengthOf(random, outputTokens, rangeRatio)
    const id = `fixed_${String(index + 1).padStart(digits, '0')}`
    return oneTurn(id, input, output, blockSize)
  })
  const corpus = {
    schema: 'corpus/1',
    blockSize,
    blockScope: 'local',
    origin: { format: 'weka', subagentTimes: 'none' },
    traces,
  } as const
  return { ...corpus, digest: corpusDigest(corpus) }
}

function lengthOf(random: Random, longest: number, rangeRatio: number): number {
  return wholeBetween(random, Math.max(1, Math.floor(longest * rangeRatio)), longest)
}

/** Ids mean something inside a trace only, so every trace may count from 1. */
function oneTurn(id: string, inputTokens: number, outputTokens: number, blockSize: number): Trace {
  const ownBlocks = Uint32Array.from({ length: Math.floor(inputTokens / blockSize) }, (_, index) => index + 1)
  const kinds = { inputKinds: ['text'], outputKinds: ['text'] }
  const turn = { inputTokens, outputTokens, sharedBlocks: 0, ownBlocks, startMs: 0, model, ...kinds, needs: [] }
  return { id, models: [model], sessions: [{ id: 'root', toolTokens: 0, systemTokens: 0, turns: [turn] }] }
}

const model = 'synthetic'
