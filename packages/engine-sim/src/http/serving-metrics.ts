import type { EngineCounts } from '../core/engine.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import { cacheConfigLabels } from './cache-config-labels.ts'
import type { EngineMetrics } from './engine-metrics.ts'
import type { Generation } from './generation.ts'
import type { GenerationPlan, Siblings } from './plan-generation.ts'
import { Histogram, type MetricFamily, renderMetrics } from './render-metrics.ts'
import { counter, gauge, type Samples } from './scalar-family.ts'
import { speculationMetrics } from './speculation-metrics.ts'
import { transferMetrics } from './transfer-metrics.ts'

const firstTokenBoundsS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
]
const perTokenBoundsS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80]
const requestBoundsS = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680]
const countBounds = [1, 2, 5, 10, 20]
const preemptionBounds = [1, 2, 3, 4, 5, 10, 20]
const iterationBounds = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384]

/**
 * The families of one engine on the metrics page, under vLLM's names. Every number is measured on the model; families that it has nothing to
 * measure for (estimates of a GPU's work) are left out.
 *
 * Source: `/metrics` of vLLM 0.32.0; buckets and booking rules as there.
 */
export class ServingMetrics implements EngineMetrics {
  readonly #config: EngineConfig
  readonly #engine: string
  /** When it began to count. */
  readonly #createdS = Date.now() / 1e3
  #sleepLevel: number | undefined
  readonly #finished = { stop: 0, length: 0, abort: 0, error: 0, repetition: 0 }
  readonly #iterations = new Histogram(iterationBounds)
  readonly #firstToken = new Histogram(firstTokenBoundsS)
  readonly #interToken = new Histogram(perTokenBoundsS)
  readonly #timePerToken = new Histogram(perTokenBoundsS)
  readonly #endToEnd = new Histogram(requestBoundsS)
  readonly #queued = new Histogram(requestBoundsS)
  readonly #inference = new Histogram(requestBoundsS)
  readonly #prefill = new Histogram(requestBoundsS)
  readonly #decode = new Histogram(requestBoundsS)
  readonly #preemptions = new Histogram(preemptionBounds)
  readonly #prompts: Histogram
  readonly #generations: Histogram
  readonly #computed: Histogram
  readonly #maxTokens: Histogram
  readonly #mostGenerated: Histogram
  readonly #choices = new Histogram(countBounds)
  /** Of prompts with several choices: how many of those have ended, and the most tokens of one. */
  readonly #siblings = new WeakMap<Siblings, { readonly ended: number; readonly most: number }>()

  /** `engine`: how the page calls it. */
  constructor(config: EngineConfig, engine = '0') {
    this.#config = config
    this.#engine = engine
    const bounds = tokenBounds(config.scheduler.maxModelLen)
    this.#prompts = new Histogram(bounds)
    this.#generations = new Histogram(bounds)
    this.#computed = new Histogram(bounds)
    this.#maxTokens = new Histogram(bounds)
    this.#mostGenerated = new Histogram(bounds)
  }

  token(generation: Generation, atMs: number, previousMs: number | undefined): void {
    if (previousMs === undefined) this.#firstToken.observe((atMs - generation.receivedMs) / 1e3)
    else this.#interToken.observe((atMs - previousMs) / 1e3)
  }

  finished({ plan, generated, ended, lastTokenMs, receivedMs }: Generation): void {
    if (!ended || lastTokenMs === undefined) return
    const { cachedTokens, queuedMs, scheduledMs, firstTokenMs, preemptions } = ended
    const computedTokens = plan.prompt.promptTokens - cachedTokens
    this.#finished[plan.reply.finishReason] += 1
    this.#endToEnd.observe((lastTokenMs - receivedMs) / 1e3)
    this.#queued.observe((scheduledMs - queuedMs) / 1e3)
    this.#inference.observe((lastTokenMs - scheduledMs) / 1e3)
    this.#prefill.observe((firstTokenMs - scheduledMs) / 1e3)
    this.#decode.observe((lastTokenMs - firstTokenMs) / 1e3)
    if (generated > 1) this.#timePerToken.observe((lastTokenMs - firstTokenMs) / (generated - 1) / 1e3)
    this.#preemptions.observe(preemptions)
    this.#prompts.observe(plan.prompt.promptTokens)
    this.#generations.observe(generated)
    this.#computed.observe(computedTokens)
    this.#maxTokens.observe(plan.maxTokens)
    this.#countChoice(plan, generated)
  }

  /** vLLM 0.32.0 books a request under `abort` that the server was asked to stop, and none whose client goes away. */
  aborted({ wasStopped }: Generation): void {
    if (wasStopped) this.#finished.abort += 1
  }

  step(tokens: number): void {
    this.#iterations.observe(tokens)
  }

  /** The engine sleeps at this level, or is awake. */
  recordSleep(level: number | undefined): void {
    this.#sleepLevel = level
  }

  /** A prompt is booked with the last of its choices. */
  #countChoice({ sibling }: GenerationPlan, generated: number): void {
    const before = sibling && this.#siblings.get(sibling.of)
    const ended = (before?.ended ?? 0) + 1
    const most = Math.max(before?.most ?? 0, generated)
    const count = sibling?.of.count ?? 1
    if (sibling) this.#siblings.set(sibling.of, { ended, most })
    if (ended < count) return
    this.#mostGenerated.observe(most)
    this.#choices.observe(count)
  }

  render(counts: EngineCounts): string {
    const sleep = gauge('vllm:engine_sleep_state', sleepHelp, sleepSamples(this.#sleepLevel))
    const families = [
      ...[...gaugesOf(counts), sleep, ...this.#counters(counts), ...speculationMetrics(counts.speculation)],
      ...[...transferMetrics(counts.transfers), ...this.#histograms()],
    ]
    const engine = { engine: this.#engine }
    return (
      renderMetrics(families, { ...engine, model_name: this.#config.model }, this.#createdS) +
      renderMetrics([cacheConfigOf(this.#config)], engine)
    )
  }

  #counters(counts: EngineCounts): MetricFamily[] {
    const { queriedTokens, hitTokens, preemptions, promptTokens, cachedPromptTokens, generatedTokens } = counts
    const { externalPromptTokens, hostHitTokens, diskHitTokens } = counts
    const bySource = [
      { labels: { source: 'local_compute' }, value: promptTokens - cachedPromptTokens },
      { labels: { source: 'local_cache_hit' }, value: cachedPromptTokens - externalPromptTokens },
      { labels: { source: 'external_kv_transfer' }, value: externalPromptTokens },
    ]
    // Counted when a request is admitted, and the others here at its first output token: so says vLLM of its own.
    const cachedBySource = [
      { labels: { source: 'device' }, value: hitTokens },
      { labels: { source: 'host' }, value: hostHitTokens },
      { labels: { source: 'p2p' }, value: 0 },
      { labels: { source: 'disk' }, value: diskHitTokens },
      { labels: { source: 'external_unspecified' }, value: 0 },
    ]
    const { scheduler } = this.#config
    const hasTiers = 'kvOffload' in scheduler && scheduler.kvOffload !== undefined
    const byReason = Object.entries(this.#finished).map(([reason, value]) => ({
      labels: { finished_reason: reason },
      value,
    }))
    return [
      counter('vllm:prefix_cache_queries_total', 'Prompt tokens looked up in the prefix cache.', queriedTokens),
      counter('vllm:prefix_cache_hits_total', 'Prompt tokens found in the prefix cache.', hitTokens),
      counter(
        'vllm:external_prefix_cache_queries_total',
        'Prompt tokens not found in the prefix cache and looked up in the tiers behind it.',
        hasTiers ? queriedTokens - hitTokens : 0,
      ),
      counter(
        'vllm:external_prefix_cache_hits_total',
        'Prompt tokens found in the tiers behind the prefix cache.',
        hostHitTokens + diskHitTokens,
      ),
      counter(
        'vllm:mm_cache_queries_total',
        'Items looked up in the multi-modal cache: the model reads text alone.',
        0,
      ),
      counter('vllm:mm_cache_hits_total', 'Items found in the multi-modal cache: the model reads text alone.', 0),
      counter('vllm:num_preemptions_total', 'Times a running request lost its KV blocks.', preemptions),
      counter(
        'vllm:prompt_tokens_total',
        'Prompt tokens of requests with a first token, cached ones included.',
        promptTokens,
      ),
      counter(
        'vllm:prompt_tokens_by_source_total',
        'Prompt tokens of requests with a first token, by where their KV came from.',
        bySource,
      ),
      counter(
        'vllm:prompt_tokens_cached_total',
        'Prompt tokens of requests with a first token whose KV was cached.',
        cachedPromptTokens,
      ),
      counter(
        'vllm:prompt_tokens_cached_by_source_total',
        'Prompt tokens of requests with a first token whose KV was cached, by where.',
        cachedBySource,
      ),
      counter('vllm:generation_tokens_total', 'Generated tokens.', generatedTokens),
      counter('vllm:request_success_total', 'Requests that ended, by reason.', byReason),
    ]
  }

  #histograms(): MetricFamily[] {
    return [
      histogram('vllm:request_prompt_tokens', 'Prompt tokens per request.', this.#prompts),
      histogram('vllm:request_generation_tokens', 'Generated tokens per request.', this.#generations),
      histogram(
        'vllm:iteration_tokens_total',
        'Tokens of a step that brought any: output, and computed tokens of the prompts that it finished.',
        this.#iterations,
      ),
      histogram('vllm:request_params_max_tokens', 'Most tokens a request allowed.', this.#maxTokens),
      histogram('vllm:request_params_n', 'Choices per request.', this.#choices),
      histogram(
        'vllm:request_max_num_generation_tokens',
        'Generated tokens of the longest choice of a request.',
        this.#mostGenerated,
      ),
      histogram('vllm:time_to_first_token_seconds', 'From arrival to first token.', this.#firstToken),
      histogram('vllm:inter_token_latency_seconds', 'Between two tokens of a request.', this.#interToken),
      histogram(
        'vllm:request_time_per_output_token_seconds',
        'Mean time per token after the first.',
        this.#timePerToken,
      ),
      histogram('vllm:e2e_request_latency_seconds', 'From arrival to last token.', this.#endToEnd),
      histogram('vllm:request_queue_time_seconds', 'From queueing to the first step.', this.#queued),
      histogram('vllm:request_inference_time_seconds', 'From the first step to the last token.', this.#inference),
      histogram('vllm:request_prefill_time_seconds', 'From the first step to the first token.', this.#prefill),
      histogram('vllm:request_decode_time_seconds', 'From the first token to the last.', this.#decode),
      histogram('vllm:request_num_preemptions', 'Preemptions per request.', this.#preemptions),
      histogram('vllm:request_prefill_kv_computed_tokens', 'Prompt tokens computed, not cached.', this.#computed),
    ]
  }
}

const sleepHelp =
  'Whether the engine is awake, sleeps with its weights at hand (level 1), or without anything (level 2).'

/** Source: `record_sleep_state` of vLLM 0.33.0. */
function sleepSamples(level: number | undefined): Samples {
  const states = { awake: level === undefined, weights_offloaded: level === 1, discard_all: level === 2 }
  return Object.entries(states).map(([state, is]) => ({ labels: { sleep_state: state }, value: Number(is) }))
}

function gaugesOf({ running, waiting, usedBlocks, totalBlocks }: EngineCounts): MetricFamily[] {
  const byReason = [
    { labels: { reason: 'capacity' }, value: waiting },
    { labels: { reason: 'deferred' }, value: 0 },
  ]
  return [
    gauge('vllm:num_requests_running', 'Requests that hold KV blocks.', running),
    gauge('vllm:num_requests_waiting', 'Requests that wait to be scheduled.', waiting),
    gauge('vllm:num_requests_waiting_by_reason', 'Requests that wait, by reason.', byReason),
    gauge('vllm:kv_cache_usage_perc', 'Share of KV blocks in use, 0 to 1.', usedBlocks / totalBlocks),
  ]
}

function cacheConfigOf(config: EngineConfig): MetricFamily {
  const labels = cacheConfigLabels(config)
  return gauge('vllm:cache_config_info', 'Configuration of the KV cache.', [{ labels, value: 1 }])
}

/** 1, 2, 5, 10 ... up to the model's longest context. */
function tokenBounds(maxModelLen: number): number[] {
  const bounds: number[] = []
  for (let decade = 1; decade <= maxModelLen; decade *= 10) {
    for (const step of [1, 2, 5]) if (step * decade <= maxModelLen) bounds.push(step * decade)
  }
  return bounds
}

function histogram(name: string, help: string, values: Histogram): MetricFamily {
  return { name, help, type: 'histogram', histogram: values }
}
