import type { ProfileTally } from '../aiperf/profile-tally.ts'

/**
 * `server_metrics` of InferenceX's nested form. Nothing was asked of a server for it yet, and its keys are there all the same, as InferenceX
 * writes them for a run without a page of metrics: the totals are those of the requests.
 *
 * Source: InferenceX, backends/base.py (2026-08).
 */
export function serverMetrics(tally: ProfileTally) {
  return {
    present: false,
    adapter: 'none',
    metric_count: 0,
    cache: {
      gpu_cache_hit_rate: null,
      cpu_cache_hit_rate: null,
      external_cache_hit_rate: null,
      overall_cache_hit_rate: null,
      prefix_cache_hits: null,
      prefix_cache_queries: null,
      external_prefix_cache_hits: null,
      external_prefix_cache_queries: null,
      cached_tokens_by_source: {},
      frontend_cache_hit_rate: null,
      router_kv_hit_rate: null,
      router_shared_cache_hit_rate: null,
      frontend_cached_tokens: null,
      frontend_input_tokens: null,
    },
    kv_cache: {
      gpu_usage_pct: null,
      gpu_total_tokens: null,
      cpu_usage_pct: null,
      cpu_used_tokens: null,
      cpu_total_tokens: null,
    },
    kv_offload: {
      bytes_gpu_to_cpu: null,
      bytes_cpu_to_gpu: null,
      time_gpu_to_cpu: null,
      time_cpu_to_gpu: null,
      bandwidth_gpu_to_cpu_bytes_per_second: null,
      bandwidth_cpu_to_gpu_bytes_per_second: null,
    },
    tokens: {
      prompt_total: totalOf(tally, 'input_sequence_length'),
      generation_total: totalOf(tally, 'output_sequence_length'),
      requests_completed: tally.profiled,
      prompt_by_source: { gpu_cache_hit: null, cpu_or_external_cache_hit: null, computed: null, raw: {} },
    },
    sources: [],
  }
}

function totalOf({ values }: ProfileTally, tag: 'input_sequence_length' | 'output_sequence_length'): number | null {
  const list = values[tag]
  return list.length === 0 ? null : list.sorted().reduce((sum, value) => sum + value, 0)
}
