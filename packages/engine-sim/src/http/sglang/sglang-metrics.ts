import type { EngineCounts } from '../../core/engine.ts'
import type { EngineConfig } from '../../core/engine-config.ts'
import type { Generation } from '../generation.ts'
import type { MannerSetting, MetricsPage } from '../manner.ts'
import { Histogram, type MetricFamily, renderMetrics } from '../render-metrics.ts'
import { transferMetrics } from '../transfer-metrics.ts'
import { familiesOfRanks } from './families-of-ranks.ts'
import { HandOverMetrics } from './hand-over-metrics.ts'
import { schedulerFamilies } from './scheduler-families.ts'
import { SchedulerReports } from './scheduler-reports.ts'
import type { RankState } from './sglang-info.ts'
import { StreamedTokens } from './streamed-tokens.ts'

const firstTokenBoundsS = [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400]
const endToEndBoundsS = [...firstTokenBoundsS, 600, 1200, 1800, 2400]
const perTokenBoundsS = [
  ...[0.002, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.06, 0.08, 0.1],
  ...[0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8],
]
const queueBoundsS = [
  ...[0, 0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  ...[200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000, 2500, 3000],
]
const tokenBounds = [
  ...[100, 300, 500, 700, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000, 12500, 15000, 17500],
  ...[20000, 22500, 25000, 27500, 30000, 35000, 40000, 60000, 80000, 100000, 200000, 300000, 400000, 600000],
  ...[800000, 1000000, 1100000],
]

/** One of the schedulers that step together; mostly there is one. */
interface Rank {
  readonly counts: () => EngineCounts
  readonly reports: SchedulerReports
  /** From queueing to the first step. */
  readonly queue: Histogram
}

/** What SGLang counts apart for streams and for whole replies. */
class Split {
  promptTokens = 0
  generatedTokens = 0
  requests = 0
  readonly firstToken = new Histogram(firstTokenBoundsS)
  readonly timePerToken = new Histogram(perTokenBoundsS)
  readonly endToEnd = new Histogram(endToEndBoundsS)
}

/**
 * The metrics page of the server, under SGLang's names. Every number is measured on the model; families that it has nothing to measure for
 * (CUDA graphs, grammars) are left out. Tokens and requests are booked when a request ends, one that was
 * stopped too, and instants at the outputs that go out, of which a whole reply has one for every fifty tokens.
 *
 * Source: `observability/metrics_collector.py`, `collect_metrics` (`managers/tokenizer_manager.py`) and `managers/scheduler_components/output_streamer.py`
 * of SGLang 0.5.23.
 */
export class SglangMetrics implements MetricsPage {
  readonly #engine: EngineConfig
  readonly #now: () => number
  readonly #streamed: StreamedTokens
  readonly #splits = { true: new Split(), false: new Split() }
  readonly #interToken = new Histogram(perTokenBoundsS)
  readonly #ranks: readonly Rank[]
  readonly #prompts = new Histogram(tokenBounds)
  readonly #uncached = new Histogram(tokenBounds)
  readonly #generations = new Histogram(tokenBounds)
  readonly #handOver = new HandOverMetrics()
  readonly #cached = { device: 0, host: 0, storage: 0 }
  #aborted = 0

  constructor({ engine, counts, now, streamInterval }: MannerSetting) {
    this.#engine = engine
    this.#now = now
    const { dataParallelSize = 1, fleet } = engine
    this.#ranks = Array.from({ length: fleet ? 1 : dataParallelSize }, (_, rank) => {
      const ofRank = () => rankIn(counts(), rank)
      return { counts: ofRank, reports: new SchedulerReports(ofRank), queue: new Histogram(queueBoundsS) }
    })
    this.#streamed = new StreamedTokens(streamInterval)
  }

  token(generation: Generation, atMs: number, previousMs: number | undefined): void {
    const { reports } = this.#rankOf(generation)
    if (previousMs === undefined) reports.prefilled()
    else reports.decoded(atMs, generation.brought)
    const output = this.#streamed.told(generation, atMs)
    if (!output) return
    const { sinceMs, count } = output
    if (sinceMs === undefined) this.#splitOf(generation).firstToken.observe((atMs - generation.receivedMs) / 1e3)
    else this.#interToken.observe((atMs - sinceMs) / count / 1e3, count)
  }

  finished(generation: Generation): void {
    const { ended, lastTokenMs, generated } = generation
    if (!ended || lastTokenMs === undefined) return
    const { queuedMs, scheduledMs, firstTokenMs, hostTokens = 0, diskTokens = 0, transfer } = ended
    const decodeMs = lastTokenMs - firstTokenMs
    if (generated > 1 && decodeMs > 0) {
      this.#splitOf(generation).timePerToken.observe(decodeMs / (generated - 1) / 1e3)
    }
    this.#rankOf(generation).queue.observe((scheduledMs - queuedMs) / 1e3)
    if (transfer) this.#handOver.observe(transfer)
    this.#book(generation, lastTokenMs, { host: hostTokens, storage: diskTokens })
  }

  aborted(generation: Generation): void {
    this.#aborted += 1
    const { lastTokenMs } = generation
    // One that waited is gone without a trace.
    if (lastTokenMs !== undefined) this.#book(generation, lastTokenMs, { host: 0, storage: 0 })
  }

  render(counts: EngineCounts): string {
    const { model } = this.#engine
    const ranks = { tp_rank: '0', pp_rank: '0', moe_ep_rank: '0' }
    const labels = { model_name: model, engine_type: 'unified' }
    const nowMs = this.#now()
    const ofRanks = this.#ranks.map(({ reports, queue }, rank) =>
      schedulerFamilies(this.#engine, rankIn(counts, rank), { reports, nowMs, queue }),
    )
    return (
      renderMetrics(familiesOfRanks(ofRanks), { ...labels, ...ranks }) +
      renderMetrics(this.#families(), labels) +
      renderMetrics(this.#handOver.families(counts.stages), { ...labels, ...ranks }) +
      renderMetrics(transferMetrics(counts.transfers), labels)
    )
  }

  /** What each rank holds, and what it says that it makes. */
  get rankStates(): readonly RankState[] {
    const nowMs = this.#now()
    return this.#ranks.map(({ counts, reports }) => ({ counts: counts(), tokensPerS: reports.throughputAt(nowMs) }))
  }

  #rankOf({ rank }: Generation): Rank {
    return this.#ranks[rank] ?? this.#ranks[0]!
  }

  #splitOf({ plan }: Generation): Split {
    return this.#splits[plan.stream ? 'true' : 'false']
  }

  #book(generation: Generation, atMs: number, behind: { readonly host: number; readonly storage: number }): void {
    const { plan, generated, cachedTokens, receivedMs } = generation
    const { promptTokens } = plan.prompt
    const split = this.#splitOf(generation)
    split.promptTokens += promptTokens
    split.generatedTokens += generated
    split.requests += 1
    split.endToEnd.observe((atMs - receivedMs) / 1e3)
    this.#cached.device += cachedTokens - behind.host - behind.storage
    this.#cached.host += behind.host
    this.#cached.storage += behind.storage
    this.#prompts.observe(promptTokens)
    this.#uncached.observe(promptTokens - cachedTokens)
    this.#generations.observe(generated)
  }

  #families(): MetricFamily[] {
    const splits = Object.entries(this.#splits).map(([is_streaming, split]) => ({ labels: { is_streaming }, split }))
    const counter = (name: string, help: string, value: (split: Split) => number): MetricFamily => ({
      ...{ name: `sglang:${name}`, help, type: 'counter' },
      samples: splits.map(({ labels, split }) => ({ labels, value: value(split) })),
    })
    const histograms = (name: string, help: string, of: (split: Split) => Histogram): MetricFamily => ({
      ...{ name: `sglang:${name}`, help, type: 'histogram' },
      histograms: splits.map(({ labels, split }) => ({ labels, histogram: of(split) })),
    })
    const histogram = (name: string, help: string, values: Histogram): MetricFamily => ({
      ...{ name: `sglang:${name}`, help, type: 'histogram' },
      histogram: values,
    })
    const bySource = Object.entries(this.#cached).map(([source, value]) => ({
      labels: { cache_source: source },
      value,
    }))
    return [
      counter('prompt_tokens_total', 'Prompt tokens of requests that ended.', (split) => split.promptTokens),
      counter('generation_tokens_total', 'Generated tokens of requests that ended.', (split) => split.generatedTokens),
      {
        ...{
          name: 'sglang:cached_tokens_total',
          help: 'Prompt tokens that were found cached, by where.',
          type: 'counter',
        },
        samples: bySource.filter(({ labels, value }) => labels.cache_source === 'device' || value > 0),
      },
      counter('num_requests_total', 'Requests that ended.', (split) => split.requests),
      {
        ...{ name: 'sglang:num_aborted_requests_total', help: 'Requests that were stopped.', type: 'counter' },
        samples: [{ value: this.#aborted }],
      },
      histogram('prompt_tokens_histogram', 'Prompt tokens per request.', this.#prompts),
      histogram('uncached_prompt_tokens_histogram', 'Prompt tokens per request that were computed.', this.#uncached),
      histogram('generation_tokens_histogram', 'Generated tokens per request.', this.#generations),
      histograms('time_to_first_token_seconds', 'From arrival to the first output.', (split) => split.firstToken),
      histogram('inter_token_latency_seconds', 'Between two tokens of a request.', this.#interToken),
      histograms(
        'request_time_per_output_token_seconds',
        'Mean time per token after the first.',
        (split) => split.timePerToken,
      ),
      histograms('e2e_request_latency_seconds', 'From arrival to the last token.', (split) => split.endToEnd),
    ]
  }
}

function rankIn(counts: EngineCounts, rank: number): EngineCounts {
  return counts.ranks?.[rank] ?? counts
}
