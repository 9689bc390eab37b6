import { type Plan, planReplay } from '@reprise/replay-engine'
import { type Corpus, fixedLengthCorpus } from '@reprise/trace'

export interface StreamLoad {
  /** Replies that come in at the same time. */
  readonly streams: number
  readonly inputTokens: number
  /** Longest reply. */
  readonly outputTokens: number
  /** Shortest reply as a share of the longest; default a half, so that streams do not end together. */
  readonly rangeRatio?: number
  /** The streams' first requests are spread over this. */
  readonly startsMs: number
  readonly durationMs: number
  /** How long replies may take to end after it; those that have not are cancelled. */
  readonly drainMs: number
}

/** A closed load of one-turn sessions: as many streams as lanes, each followed at once by the lane's next. */
export function planStreams(load: StreamLoad): { corpus: Corpus; plan: Plan } {
  const { streams, inputTokens, outputTokens, rangeRatio = 0.5, startsMs, durationMs, drainMs } = load
  const corpus = fixedLengthCorpus({
    seed: 1,
    requests: Math.max(64, streams),
    inputTokens,
    outputTokens,
    rangeRatio,
    blockSize: 64,
  })
  const plan = planReplay(corpus, {
    seed: 1,
    lanes: streams,
    preset: 'fixed-seq-len',
    overrides: {
      warmup: { kind: 'none' },
      staggerMs: startsMs / streams,
      until: { kind: 'window', durationMs },
      drainMs,
    },
  })
  return { corpus, plan }
}
