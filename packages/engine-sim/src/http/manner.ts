import type { EngineCounts } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { ApiError } from './api-error.ts'
import type { GenerationListener } from './generation.ts'
import type { Routes } from './router.ts'
import type { GenerationSeat } from './serve-generation.ts'

/** What a server counts of its replies, and the page on which it tells it. */
export interface MetricsPage extends GenerationListener {
  render(counts: EngineCounts): string
}

/** How one kind of engine speaks to its clients: paths, shapes of replies, the words of refusals, names of metrics. What it computes is the engine's. */
export interface Manner {
  /** The JSON body that tells of an error. */
  readonly renderError: (error: ApiError) => string
  readonly startMetrics: (engine: EngineConfig) => MetricsPage
  readonly routes: (seat: GenerationSeat, metrics: MetricsPage) => Routes
}
