import type { EngineCounts } from '../core/engine.ts'
import type { GenerationListener } from './generation.ts'

/** What is told of one engine, or of its ranks, on the metrics page of a vLLM server. */
export interface EngineMetrics extends GenerationListener {
  /** As an engine's listener hears it. */
  step(tokens: number, rank: number): void
  /** The engine sleeps at this level, or is awake. */
  recordSleep(level: number | undefined): void
  render(counts: EngineCounts): string
}
