import type { Corpus, Trace } from '../corpus.ts'
import { corpusDigest } from '../corpus-digest.ts'
import { linkSessions } from '../link-sessions.ts'
import { TraceError } from '../problem.ts'
import { agentShapes } from './agent-shapes.ts'
import { valueAt } from './distribution.ts'
import { randomFor, shuffled } from './random.ts'
import { SessionTree } from './session-tree.ts'

export interface SynthOptions {
  readonly seed: number
  readonly traces: number
  /** Factor on all token counts. Default 1: the lengths of recorded sessions, with a median input near 100,000 tokens. */
  readonly scale?: number
  /** Factor on the number of turns per session, subagents' too. Default 1: a median of 45. */
  readonly turnScale?: number
  /** Share of traces with subagents. Default 0.44. Source: the cc-traces-weka-062126 data set. */
  readonly subagentShare?: number
  /** Default 64. */
  readonly blockSize?: number
}

const model = 'synthetic'

/**
 * A made-up corpus with the shapes of recorded agentic coding sessions. The same options always give the same corpus.
 *
 * Numbers of turns are drawn one from each of `traces` equal slices of their distribution, so that a small corpus too has short
 * and long sessions. Of the traces with subagents, every third has one that nobody waits for, and every third one with a
 * subagent of its own.
 *
 * @throws TraceError when an option is out of range.
 */
export function synthCorpus(options: SynthOptions): Corpus {
  const { seed, traces: count, scale = 1, turnScale = 1, subagentShare = 0.44, blockSize = 64 } = options
  requireWhole('traces', count, 1)
  requireWhole('blockSize', blockSize, 1)
  requireAbove0('scale', scale)
  requireAbove0('turnScale', turnScale)
  if (!(subagentShare >= 0 && subagentShare <= 1)) throw new TraceError('subagentShare: give a share from 0 to 1')
  const lengths = shuffled(randomFor(seed, 'lengths'), count)
  const withSubagents = shuffled(randomFor(seed, 'subagents'), count).slice(0, Math.round(subagentShare * count))
  const traces = lengths.map((slice, index): Trace => {
    const random = randomFor(seed, 'trace', index)
    const turns = valueAt(agentShapes.turns, (slice + random()) / count) * turnScale
    const subagents = withSubagents.indexOf(index)
    const tree = new SessionTree(random, { scale, turnScale, blockSize, model, subagents })
    const sessions = tree.sessionsOf(Math.max(subagents < 0 ? 1 : 2, Math.round(turns)))
    return {
      id: idOf(index, count),
      models: [model],
      sessions: linkSessions(sessions, { basis: 'completion-relative' }),
    }
  })
  const subagentTimes = traces.some((trace) => trace.sessions.length > 1) ? 'completion-relative' : 'none'
  const corpus = {
    schema: 'corpus/1',
    blockSize,
    blockScope: 'local',
    origin: { format: 'weka', subagentTimes },
    traces,
  } as const
  return { ...corpus, digest: corpusDigest(corpus) }
}

/** Numbered with as many digits as the last one needs, so that they sort in order. */
function idOf(index: number, count: number): string {
  return `synth_${String(index + 1).padStart(Math.max(4, String(count).length), '0')}`
}

/** @throws TraceError */
export function requireWhole(name: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min)
    throw new TraceError(`${name}: give a whole number of at least ${min}`)
}

function requireAbove0(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw new TraceError(`${name}: give a number above 0`)
}
