import { type EngineNames, named } from './engine-names.ts'

const bySource = (source: string) => ({ name: 'vllm:prompt_tokens_by_source_total', where: { source: [source] } })

/**
 * vLLM, and what speaks its names. Lookups count every attempt, a request that waits for memory once a step; prompt tokens by source count
 * once, at the first token.
 *
 * Source: `vllm/v1/metrics/loggers.py`; the names before 0.9 stand behind those of today.
 */
export const vllmNames: EngineNames = {
  engine: 'vllm',
  seat: 'engine',
  amounts: {
    promptTokens: named('vllm:prompt_tokens_total'),
    generatedTokens: named('vllm:generation_tokens_total'),
    computedTokens: [bySource('local_compute')],
    localHitTokens: [bySource('local_cache_hit')],
    externalHitTokens: [bySource('external_kv_transfer')],
    lookupTokens: named('vllm:prefix_cache_queries_total', 'vllm:gpu_prefix_cache_queries_total'),
    lookupHitTokens: named('vllm:prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits_total'),
    externalLookupHitTokens: named('vllm:external_prefix_cache_hits_total'),
    preemptions: named('vllm:num_preemptions_total'),
    finishedRequests: named('vllm:request_success_total'),
  },
  levels: {
    running: named('vllm:num_requests_running'),
    waiting: named('vllm:num_requests_waiting'),
    kvUse: named('vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'),
    hostKvUse: named('vllm:cpu_kv_cache_usage_perc', 'vllm:cpu_cache_usage_perc'),
  },
  latencies: {
    ttft: ['vllm:time_to_first_token_seconds'],
    e2e: ['vllm:e2e_request_latency_seconds'],
    queue: ['vllm:request_queue_time_seconds'],
    prefill: ['vllm:request_prefill_time_seconds'],
    decode: ['vllm:request_decode_time_seconds'],
    itl: ['vllm:inter_token_latency_seconds', 'vllm:time_per_output_token_seconds'],
  },
  pool: {
    kind: 'labels',
    name: 'vllm:cache_config_info',
    tokens: 'kv_cache_size_tokens',
    blocks: 'num_gpu_blocks',
    blockTokens: 'block_size',
  },
}
