import { type EngineNames, named } from './engine-names.ts'

const cached = (...sources: string[]) => ({ name: 'sglang:cached_tokens_total', where: { cache_source: sources } })
const realtime = (...modes: string[]) => ({ name: 'sglang:realtime_tokens_total', where: { mode: modes } })

/**
 * SGLang, started with `--enable-metrics`. Prompt, generated and cached tokens are counted when a request finishes, so a window's figures
 * are those of the requests that ended in it.
 *
 * Source: `python/sglang/srt/observability/metrics_collector.py`.
 */
export const sglangNames: EngineNames = {
  engine: 'sglang',
  seat: 'engine',
  amounts: {
    promptTokens: named('sglang:prompt_tokens_total'),
    generatedTokens: named('sglang:generation_tokens_total'),
    localHitTokens: [cached('device'), cached('total', '')],
    externalHitTokens: [cached('host', 'storage_*')],
    lookupTokens: [realtime('prefill_cache', 'prefill_compute')],
    lookupHitTokens: [realtime('prefill_cache')],
    preemptions: named('sglang:num_retracted_requests_total'),
    finishedRequests: named('sglang:num_requests_total'),
  },
  levels: {
    running: named('sglang:num_running_reqs'),
    waiting: named('sglang:num_queue_reqs'),
    kvUse: named('sglang:token_usage'),
  },
  latencies: {
    ttft: ['sglang:time_to_first_token_seconds'],
    e2e: ['sglang:e2e_request_latency_seconds'],
    queue: ['sglang:queue_time_seconds'],
    itl: ['sglang:inter_token_latency_seconds', 'sglang:time_per_output_token_seconds'],
  },
  pool: { kind: 'gauge', name: 'sglang:max_total_num_tokens' },
}
