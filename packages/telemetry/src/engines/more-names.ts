import { type EngineNames, named } from './engine-names.ts'

/**
 * TensorRT-LLM, by itself at `/prometheus/metrics` or through a Dynamo worker.
 *
 * Source: `tensorrt_llm/metrics/collector.py` as Dynamo's documentation of its Prometheus metrics lists it.
 */
export const trtllmNames: EngineNames = {
  engine: 'tensorrt-llm',
  seat: 'engine',
  amounts: { finishedRequests: named('trtllm_request_success_total', 'trtllm:request_success_total') },
  levels: { kvUse: named('trtllm_kv_cache_utilization', 'trtllm:kv_cache_utilization') },
  latencies: {
    ttft: ['trtllm_time_to_first_token_seconds', 'trtllm:time_to_first_token_seconds'],
    e2e: ['trtllm_e2e_request_latency_seconds', 'trtllm:e2e_request_latency_seconds'],
    queue: ['trtllm_request_queue_time_seconds', 'trtllm:request_queue_time_seconds'],
    itl: ['trtllm_time_per_output_token_seconds', 'trtllm:time_per_output_token_seconds'],
  },
}

/** AMD's ATOM. Source: what InferenceX reads of it, `utils/agentic/aggregation/backends`. */
export const atomNames: EngineNames = {
  engine: 'atom',
  seat: 'engine',
  amounts: {
    promptTokens: named('atom:prompt_tokens_total', 'atom_prompt_tokens_total'),
    generatedTokens: named('atom:generation_tokens_total', 'atom_generation_tokens_total'),
    lookupTokens: named('atom:prefix_cache_full_tokens_total', 'atom_prefix_cache_full_tokens_total'),
    lookupHitTokens: named('atom:prefix_cache_cached_tokens_total', 'atom_prefix_cache_cached_tokens_total'),
    externalLookupHitTokens: named('atom:lmcache_loaded_tokens_total', 'atom_lmcache_loaded_tokens_total'),
  },
  levels: { kvUse: named('atom:kv_cache_usage_ratio', 'atom_kv_cache_usage_ratio') },
  latencies: {},
}

/**
 * Dynamo's frontend, which sees requests as a client does. Its histograms of lengths have sums, and these are amounts.
 *
 * Source: `lib/runtime/src/metrics/prometheus_names.rs`.
 */
export const dynamoNames: EngineNames = {
  engine: 'dynamo',
  seat: 'front',
  amounts: {
    promptTokens: named('dynamo_frontend_input_sequence_tokens_sum'),
    generatedTokens: named('dynamo_frontend_output_tokens_total', 'dynamo_frontend_output_sequence_tokens_sum'),
    localHitTokens: named('dynamo_frontend_cached_tokens_sum'),
    finishedRequests: named('dynamo_frontend_requests_total'),
  },
  levels: {
    running: named('dynamo_frontend_inflight_requests'),
    waiting: named('dynamo_frontend_queued_requests'),
    kvUse: named('dynamo_component_gpu_cache_usage_percent'),
  },
  latencies: {
    ttft: ['dynamo_frontend_time_to_first_token_seconds'],
    e2e: ['dynamo_frontend_request_duration_seconds'],
    itl: ['dynamo_frontend_inter_token_latency_seconds'],
  },
}
