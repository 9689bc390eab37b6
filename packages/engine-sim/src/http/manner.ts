import type { EngineCounts } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { ApiError } from './api-error.ts'
import type { GenerationListener } from './generation.ts'
import type { FinishedExchange } from './http-metrics.ts'
import type { Routes } from './router.ts'
import type { GenerationSeat } from './serve-generation.ts'

/** Whose way of speaking a server can have. */
export const mannerNames = ['vllm', 'sglang'] as const
export type MannerName = (typeof mannerNames)[number]

/** What a server counts of its replies, and the page on which it tells it. */
export interface MetricsPage extends GenerationListener {
  /** A step of an engine has brought so many tokens, as an engine's listener hears it. */
  step?(tokens: number, rank: number): void
  /** A connection is through with a request and its reply. */
  exchanged?(exchange: FinishedExchange): void
  render(counts: EngineCounts): string
}

/** What a manner may ask of the server that has it. */
export interface MannerSetting {
  readonly engine: EngineConfig
  readonly counts: () => EngineCounts
  readonly now: () => number
  readonly streamInterval: number
}

/** How one kind of engine speaks to its clients: paths, shapes of replies, the words of refusals, names of metrics. What it computes is the engine's. */
export interface Manner {
  /** As a reader knows it: `vLLM 0.33.0`. */
  readonly title: string
  /** The JSON body that tells of an error. */
  readonly renderError: (error: ApiError) => string
  /** What one server says and counts. */
  readonly start: (setting: MannerSetting) => {
    readonly metrics: MetricsPage
    readonly routes: (seat: GenerationSeat) => Routes
  }
}
