import type { LanesLoad } from './lanes-load.ts'
import type { RateLoad } from './rate-load.ts'
import type { ScheduleLoad } from './schedule-load.ts'

/** What a preset fixes of the load. How large it is and the context limit belong to the deployment, so no preset sets them. */
export type PresetLoad = Unsized<LanesLoad> | Unsized<ScheduleLoad> | Unsized<RateLoad>
type Unsized<SomeLoad> = Omit<SomeLoad, 'lanes' | 'sessionsPerS' | 'maxContextTokens'>

/** Which corpus a preset is played on. */
export type PresetCorpus =
  /** Recorded traces, or what stands in for them. */
  | { readonly kind: 'traces' }
  /** Made for it: independent sessions of one turn, so many for each lane, warm-up included. */
  | {
      readonly kind: 'fixed-lengths'
      readonly tracesPerLane: number
      readonly lengths: FixedLengths
      /** Other lengths may be given. */
      readonly takesLengths: boolean
    }

/** Longest input and output, and the shortest of each as a share of it. */
export interface FixedLengths {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly rangeRatio: number
}

/** A way to replay, as data: nothing asks for one by its name. */
export interface Preset {
  /** For help and lists. */
  readonly about: string
  readonly corpus: PresetCorpus
  readonly load: PresetLoad
  /** Of a preset that somebody publishes results by: what makes one of them official. */
  readonly official?: OfficialLimits
}

export interface OfficialLimits {
  /** Whose results they are. */
  readonly by: string
  /** Fields of the load that may be chosen. */
  readonly free: readonly string[]
  /** Requests of each corpus that is taken. */
  readonly corpusTurns: readonly number[]
  readonly minWindowMs: number
  /** Share of requests that may fail; equality passes. */
  readonly failedShare: number
  /** Share of requests that the server may refuse as too long. */
  readonly overflowShare: number
  /** Share of the window after which the last token must have come. */
  readonly coverage: number
}

/** InferenceX's fixed-length scenario: as many requests at once as there are lanes, ten for each after two of warm-up. */
const fixedSequences = {
  kind: 'lanes',
  start: { min: 0, max: 0 },
  timeScale: 1,
  thinkCapMs: 0,
  warmup: { kind: 'plays', perLane: 2 },
  warmupLimitMs: 1_800_000,
  quiesceMs: 0,
  staggerMs: 0,
  until: { kind: 'passes', passes: 1 },
  drainMs: 60_000,
} as const satisfies PresetLoad

/**
 * Loads by name. Any field can be overridden; a plan says which were.
 *
 * Source: `agentx-v0.1` is InferenceX PR #1201 with its pinned replayer, but for `residualThink`: there the think time of all lanes runs out
 * during warm-up, and they fire at once when profiling begins (docs/decisions/0012-residual-think-time.md). `fixed-seq-len` is InferenceX's fixed-length scenario
 * (10 x concurrency requests after 2 x concurrency warm-ups). The limit of warm-up is the grace period that InferenceX gives it since.
 * `agentx-v1` is InferenceX's scenario since July 2026, by the launch command of its benchmarks/benchmark_lib.sh and SemiAnalysisAI/aiperf
 * (docs/decisions/0023-agentx-v1.md says where it differs). `fixed-schedule` is the live half of Dynamo's Agent Trace Replay (ai-dynamo/dynamo, docs/agents/agent-replay.md).
 */
export const presets = {
  'agentx-v0.1': {
    about:
      'recorded sessions, think time capped at 60 s, lanes started in the think time of their first session, 30 minutes',
    corpus: { kind: 'traces' },
    load: {
      kind: 'lanes',
      start: { min: 0, max: 0.7 },
      residualThink: true,
      timeScale: 1,
      thinkCapMs: 60_000,
      warmup: { kind: 'full-prefill' },
      warmupLimitMs: 1_800_000,
      quiesceMs: 5_000,
      staggerMs: 50,
      until: { kind: 'window', durationMs: 1_800_000 },
      drainMs: 60_000,
    },
  },
  'fixed-seq-len': {
    about: 'independent one-turn sessions of fixed lengths, ten for each lane after two of warm-up',
    corpus: {
      kind: 'fixed-lengths',
      tracesPerLane: 12,
      takesLengths: true,
      lengths: { inputTokens: 1_024, outputTokens: 256, rangeRatio: 0.8 },
    },
    load: fixedSequences,
  },
  'fixed-seq-len-8k1k': {
    about: 'the same with 8,192 tokens in and 1,024 out at most, as InferenceX has them',
    corpus: {
      kind: 'fixed-lengths',
      tracesPerLane: 12,
      takesLengths: false,
      lengths: { inputTokens: 8_192, outputTokens: 1_024, rangeRatio: 0.8 },
    },
    load: fixedSequences,
  },
  'fixed-seq-len-1k1k': {
    about: 'the same with 1,024 tokens in and 1,024 out at most, as InferenceX had them until July 2026',
    corpus: {
      kind: 'fixed-lengths',
      tracesPerLane: 12,
      takesLengths: false,
      lengths: { inputTokens: 1_024, outputTokens: 1_024, rangeRatio: 0.8 },
    },
    load: fixedSequences,
  },
  'agentx-v1': {
    about:
      'recorded sessions as AgentX v1 plays them: lanes found at 25-75 % of recorded time, recorded gaps and order, idle time capped, an hour',
    corpus: { kind: 'traces' },
    load: {
      kind: 'lanes',
      start: { min: 0.25, max: 0.75, of: 'time' },
      delays: 'end-to-start',
      order: 'recorded',
      overflowEnds: 'session',
      wholeTraces: true,
      cacheBust: 'first-user-block',
      treeIdleCapMs: 300_000,
      systemIdleCapMs: 10_000,
      timeScale: 1,
      warmup: { kind: 'primers', againPerLane: 10 },
      warmupLimitMs: 1_800_000,
      quiesceMs: 0,
      staggerMs: 0,
      until: { kind: 'window', durationMs: 3_600_000 },
      drainMs: 30_000,
    },
    official: {
      by: 'InferenceX AgentX v1',
      free: ['until'],
      // semianalysisai/cc-traces-weka-062126, whole and as -256k: 393 traces.
      corpusTurns: [98_827, 68_266],
      minWindowMs: 900_000,
      failedShare: 0.1,
      overflowShare: 0.01,
      coverage: 0.98,
    },
  },
  'fixed-schedule': {
    about:
      'recorded sessions at their recorded times, as Dynamo replays an agent trace: every turn at its own time, or when what it waits for has ended',
    corpus: { kind: 'traces' },
    load: {
      kind: 'schedule',
      timeScale: 1,
      autoOffset: true,
      turns: 'recorded',
      until: { kind: 'passes', passes: 1 },
      drainMs: 60_000,
      sessionHeaders: {
        session: ['X-Dynamo-Session-ID', 'X-Session-ID', 'X-Correlation-ID'],
        parent: ['X-Dynamo-Parent-Session-ID'],
      },
    },
  },
  rate: {
    about:
      'recorded sessions that arrive at a rate whatever became of those before, think time capped at 60 s, 30 minutes',
    corpus: { kind: 'traces' },
    load: {
      kind: 'rate',
      arrivals: { kind: 'poisson' },
      timeScale: 1,
      thinkCapMs: 60_000,
      until: { kind: 'window', durationMs: 1_800_000 },
      drainMs: 60_000,
    },
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof presets

/** What is replayed by where nobody names a preset. */
export const defaultPreset: PresetName = 'agentx-v0.1'

/** The preset that makes its own requests of these lengths, or else the one that takes any. */
export function fixedLengthPreset({
  inputTokens,
  outputTokens,
}: Pick<FixedLengths, 'inputTokens' | 'outputTokens'>): PresetName {
  const names = Object.keys(presets) as PresetName[]
  const corpusOf = (name: PresetName): PresetCorpus => presets[name].corpus
  const exact = names.find((name) => {
    const corpus = corpusOf(name)
    if (corpus.kind !== 'fixed-lengths' || corpus.takesLengths) return false
    return corpus.lengths.inputTokens === inputTokens && corpus.lengths.outputTokens === outputTokens
  })
  return exact ?? names.find((name) => takesLengths(corpusOf(name)))!
}

function takesLengths(corpus: PresetCorpus): boolean {
  return corpus.kind === 'fixed-lengths' && corpus.takesLengths
}

/** The preset of a name that somebody wrote; undefined: there is none. */
export function presetOf(name: string): Preset | undefined {
  return Object.hasOwn(presets, name) ? presets[name as PresetName] : undefined
}
