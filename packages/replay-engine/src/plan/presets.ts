import type { LanesLoad } from './load.ts'

/** What a preset fixes of the load. Lanes and the context limit belong to the deployment, so no preset sets them. */
export type PresetLoad = Omit<LanesLoad, 'kind' | 'lanes' | 'maxContextTokens'>

export interface Preset {
  readonly about: string
  readonly load: PresetLoad
  /** The preset runs on a corpus made for it: this many one-turn traces for each lane, warm-up included. */
  readonly fixedLengthTracesPerLane?: number
}

/**
 * Loads by name. Any field can be overridden; a plan says which were.
 *
 * Source: `agentx-v0.1` is InferenceX PR #1201 with its pinned replayer, but for `residualThink`: there the think time of all lanes runs out
 * during warm-up, and they fire at once when profiling begins (docs/decisions/0012-residual-think-time.md). `fixed-seq-len` is InferenceX's fixed-length scenario
 * (10 x concurrency requests after 2 x concurrency warm-ups). The limit of warm-up is the grace period that InferenceX gives it since.
 */
export const presets = {
  'agentx-v0.1': {
    about:
      'recorded sessions, think time capped at 60 s, lanes started in the think time of their first session, 30 minutes',
    load: {
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
    load: {
      start: { min: 0, max: 0 },
      timeScale: 1,
      thinkCapMs: 0,
      warmup: { kind: 'plays', perLane: 2 },
      warmupLimitMs: 1_800_000,
      quiesceMs: 0,
      staggerMs: 0,
      until: { kind: 'passes', passes: 1 },
      drainMs: 60_000,
    },
    fixedLengthTracesPerLane: 12,
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof presets

/** What is replayed by where nobody names a preset. */
export const defaultPreset: PresetName = 'agentx-v0.1'

/** The preset of a name that somebody wrote; undefined: there is none. */
export function presetOf(name: string): Preset | undefined {
  return Object.hasOwn(presets, name) ? presets[name as PresetName] : undefined
}
