import type { EngineCounts } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { EngineMetrics } from './engine-metrics.ts'
import type { Generation } from './generation.ts'
import { type FinishedExchange, HttpMetrics } from './http-metrics.ts'
import type { MetricsPage } from './manner.ts'
import { processMetrics } from './process-metrics.ts'
import { RankedMetrics } from './ranked-metrics.ts'
import { type MetricFamily, renderMetrics } from './render-metrics.ts'
import { ServingMetrics } from './serving-metrics.ts'

/** No queue has a limit here. */
const admissionRejections: MetricFamily = {
  name: 'vllm:admission_rejections_total',
  help: 'Requests refused for a full queue.',
  type: 'counter',
  samples: ['max_num_queued_reqs', 'max_num_queued_tokens'].map((reason) => ({ labels: { reason }, value: 0 })),
}

/** The metrics page of a vLLM server: its process, its engine, and the web server in front of that. */
export class VllmPage implements MetricsPage {
  readonly #model: string
  readonly #engine: EngineMetrics
  readonly #http = new HttpMetrics()
  /** When it began to count. */
  readonly #createdS = Date.now() / 1e3

  constructor(engine: EngineConfig) {
    const { dataParallelSize = 1, fleet, model } = engine
    const ranks = fleet ? 1 : dataParallelSize
    const each = Array.from({ length: ranks }, (_, rank) => new ServingMetrics(engine, `${rank}`))
    this.#engine = ranks === 1 ? each[0]! : new RankedMetrics(each)
    this.#model = model
  }

  token(generation: Generation, atMs: number, previousMs: number | undefined): void {
    this.#engine.token(generation, atMs, previousMs)
  }

  finished(generation: Generation): void {
    this.#engine.finished(generation)
  }

  aborted(generation: Generation): void {
    this.#engine.aborted(generation)
  }

  step(tokens: number, rank: number): void {
    this.#engine.step(tokens, rank)
  }

  exchanged(exchange: FinishedExchange): void {
    this.#http.exchanged(exchange)
  }

  /** The engine sleeps at this level, or is awake. */
  recordSleep(level: number | undefined): void {
    this.#engine.recordSleep(level)
  }

  render(counts: EngineCounts): string {
    return (
      renderMetrics(processMetrics(), {}) +
      this.#engine.render(counts) +
      renderMetrics([admissionRejections], { model_name: this.#model }, this.#createdS) +
      renderMetrics(this.#http.families(), {}, this.#createdS)
    )
  }
}
