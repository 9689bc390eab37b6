import type { StageCounts } from '../../core/engine.ts'
import type { RequestTiming } from '../../core/engine-request.ts'
import { Histogram, type MetricFamily } from '../render-metrics.ts'
import { gauge } from '../scalar-family.ts'

const waitBoundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500]
const megabyteBounds = [1, 5, 10, 50, 100, 500, 1000, 5000, 10_000]
const speedBounds = [0.1, 0.5, 1, 5, 10, 25, 50, 100, 200, 400]
const bytesPerMegabyte = 1024 ** 2

/**
 * What SGLang's workers that compute prompts and those that decode tell of what goes from one to the other. A transfer's way is that after its
 * prefill; each is booked when its request ends.
 *
 * Source: `observability/metrics_collector.py` and `compute_and_observe_kv_transfer_metrics` (`observability/req_time_stats.py`) of SGLang 0.5.23.
 */
export class HandOverMetrics {
  readonly #bootstrapMs = new Histogram(waitBoundsMs)
  readonly #latencyMs = new Histogram([...waitBoundsMs, 5000])
  readonly #megabytes = new Histogram(megabyteBounds)
  readonly #speed = new Histogram(speedBounds)

  /** The prompt of a request went from one worker to the other. */
  observe({ bytes, blocksWaitMs, transferMs }: NonNullable<RequestTiming['transfer']>): void {
    this.#bootstrapMs.observe(blocksWaitMs)
    if (transferMs <= 0) return
    const megabytes = bytes / bytesPerMegabyte
    this.#latencyMs.observe(transferMs)
    this.#megabytes.observe(megabytes)
    this.#speed.observe(megabytes / 1024 / (transferMs / 1e3))
  }

  /** None where no workers are apart. */
  families(stages: StageCounts | undefined): MetricFamily[] {
    if (!stages) return []
    const { blocks, prefill, transfer } = stages
    const histogram = (name: string, help: string, values: Histogram): MetricFamily => ({
      ...{ name: `sglang:${name}`, help, type: 'histogram' },
      histograms: [{ labels: { engine_type: 'prefill' }, histogram: values }],
    })
    const level = (name: string, help: string, engine_type: 'prefill' | 'decode', value: number) =>
      gauge(`sglang:${name}`, help, [{ labels: { engine_type }, value }])
    return [
      level('num_prefill_bootstrap_queue_reqs', 'Requests that wait for room where they decode.', 'prefill', blocks),
      level('num_prefill_inflight_queue_reqs', 'Prompts that are computed and on their way.', 'prefill', transfer),
      level('num_decode_prealloc_queue_reqs', 'Requests that wait for pages.', 'decode', blocks),
      level(
        'num_decode_transfer_queue_reqs',
        'Requests that have pages and wait for their prompt.',
        'decode',
        prefill + transfer,
      ),
      histogram('kv_transfer_bootstrap_ms', 'Wait for room where a request decodes, milliseconds.', this.#bootstrapMs),
      histogram(
        'kv_transfer_latency_ms',
        'From the end of a prefill until all has come, milliseconds.',
        this.#latencyMs,
      ),
      histogram('kv_transfer_total_mb', 'KV of a prompt that went, MB of 1024^2 bytes.', this.#megabytes),
      histogram('kv_transfer_speed_gb_s', 'That over the latency, GB of 1024^3 bytes a second.', this.#speed),
    ]
  }
}
