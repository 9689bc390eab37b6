import type { EngineCounts } from '../../core/engine.ts'
import type { EngineConfig } from '../../core/engine-config.ts'
import type { Histogram, MetricFamily } from '../render-metrics.ts'
import { counter, gauge, type Samples } from '../scalar-family.ts'
import type { SchedulerReports } from './scheduler-reports.ts'

interface Told {
  readonly reports: SchedulerReports
  readonly nowMs: number
  /** From the arrival at the scheduler to the first step. */
  readonly queue: Histogram
}

/** What SGLang's scheduler tells: levels as of now, where it tells those of its last report; counters; and what never changes. */
export function schedulerFamilies(
  engine: EngineConfig,
  counts: EngineCounts,
  { reports, nowMs, queue }: Told,
): MetricFamily[] {
  return [
    ...levels(engine, counts),
    gauge(
      'sglang:gen_throughput',
      'Tokens a second, of the last forty steps of decoding.',
      reports.throughputAt(nowMs),
    ),
    gauge('sglang:cache_hit_rate', 'Share of prompt tokens found cached, of the last prefill.', reports.cacheHitRate),
    gauge('sglang:num_retracted_reqs', 'Requests that lost their memory, of the last report.', reports.retracted),
    counter('sglang:num_retracted_requests_total', 'Times a request lost its memory.', counts.preemptions),
    {
      name: 'sglang:queue_time_seconds',
      help: 'From queueing to the first step.',
      type: 'histogram',
      histogram: queue,
    },
    ...drafting(engine, counts, reports),
    ...tokenCounters(counts, reports.decodedTokens),
    ...constants(engine, counts),
  ]
}

function levels({ scheduler }: EngineConfig, counts: EngineCounts): MetricFamily[] {
  const { running, waiting, usedBlocks, totalBlocks, hostTier, stages } = counts
  const inHost = (pages: number) => pages * scheduler.blockSize
  const used = usedBlocks * scheduler.blockSize
  const usage = usedBlocks / totalBlocks
  return [
    // Where prompts are handed over: those that decode, and those that are past the queues of that and have no whole prompt yet.
    gauge('sglang:num_running_reqs', 'Requests that run.', stages ? stages.decode : running),
    gauge('sglang:num_queue_reqs', 'Requests that wait.', stages ? stages.prefill : waiting),
    gauge('sglang:num_grammar_queue_reqs', 'Requests that wait for a grammar.', 0),
    gauge('sglang:token_usage', 'Share of the KV cache in use, 0 to 1.', usage),
    gauge('sglang:full_token_usage', 'Share of the KV cache of full attention in use, 0 to 1.', usage),
    gauge('sglang:num_used_tokens', 'Tokens of the KV cache in use.', used),
    gauge('sglang:kv_used_tokens', 'Tokens of the KV cache that requests hold.', used),
    ...(hostTier
      ? [
          gauge('sglang:hicache_host_used_tokens', "Tokens that the host's memory holds.", inHost(hostTier.usedPages)),
          gauge(
            'sglang:hicache_host_total_tokens',
            "Tokens that the host's memory can hold.",
            inHost(hostTier.totalPages),
          ),
        ]
      : []),
  ]
}

/** Source: `update_spec_metrics` of SGLang's scheduler and `observability/metrics_collector.py`; its drafts are a chain here. */
function drafting(
  { scheduler }: EngineConfig,
  { speculation }: EngineCounts,
  { drafts }: SchedulerReports,
): MetricFamily[] {
  const most = 'speculation' in scheduler ? scheduler.speculation?.numSpeculativeTokens : undefined
  if (!speculation || most === undefined) return []
  return [
    gauge(
      'sglang:spec_accept_length',
      'Tokens of a verification, of the last forty steps of decoding.',
      drafts.acceptLength,
    ),
    gauge('sglang:spec_accept_rate', 'Share of drafts that were accepted, of the same.', drafts.acceptRate),
    gauge('sglang:spec_num_steps', 'Drafts of a verification.', most),
    gauge('sglang:spec_num_draft_tokens', 'Tokens of a verification.', most + 1),
    counter('sglang:spec_verify_calls_total', 'Verifications of the drafts of a request.', speculation.drafts),
  ]
}

/** Prompts count at their first token, what is computed again after a retraction does not. */
function tokenCounters(counts: EngineCounts, decodedTokens: number): MetricFamily[] {
  const { promptTokens, cachedPromptTokens, externalPromptTokens, hostHitTokens, diskHitTokens } = counts
  const computed = promptTokens - cachedPromptTokens
  const realtime = { prefill_compute: computed, prefill_cache: cachedPromptTokens, decode: decodedTokens }
  const device = cachedPromptTokens - externalPromptTokens
  const effective = { input: computed, device_hit: device, host_hit: hostHitTokens, storage_hit: diskHitTokens }
  return [
    counter('sglang:realtime_tokens_total', 'Tokens that were processed, by how.', byMode(realtime)),
    counter('sglang:prefill_effective_tokens_total', 'Prompt tokens, by where their KV came from.', byMode(effective)),
  ]
}

function byMode(values: Readonly<Record<string, number>>): Samples {
  return Object.entries(values).map(([mode, value]) => ({ labels: { mode }, value }))
}

/** Of several engines the pages are those of all. */
function constants({ scheduler }: EngineConfig, { totalBlocks }: EngineCounts): MetricFamily[] {
  const { blockSize, maxModelLen } = scheduler
  return [
    gauge('sglang:max_total_num_tokens', 'Tokens that the KV cache holds.', totalBlocks * blockSize),
    gauge('sglang:page_size', 'Tokens of a page of the KV cache.', blockSize),
    gauge('sglang:num_pages', 'Pages of the KV cache.', totalBlocks),
    gauge('sglang:context_len', 'Longest context.', maxModelLen),
  ]
}
