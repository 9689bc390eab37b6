import type { ServerSide } from '../../result/server-side.ts'
import type { ProfileTally } from '../aiperf/profile-tally.ts'

/**
 * `server_metrics` of InferenceX's nested form, from what the server said of itself in the window; `null` where it said nothing, as InferenceX
 * has it. Rates are shares of the prompt tokens by where they came from, or of the lookups where the server tells these alone; the share
 * of a cache in use is the highest of the window.
 *
 * Source: InferenceX, backends/base.py and backends/vllm.py (2026-08).
 */
export function serverMetrics(server: ServerSide | undefined, tally: ProfileTally) {
  const rates = hitRates(server)
  const { by, computedTokens, localHitTokens, externalHitTokens } = server?.prompt ?? {}
  const looked = by === 'lookups' ? rates.of : null
  return {
    present: isPresent(server),
    adapter: adapterOf(server),
    metric_count: server?.sources.reduce((sum, { series }) => sum + series, 0) ?? 0,
    cache: {
      gpu_cache_hit_rate: rates.local,
      cpu_cache_hit_rate: rates.external,
      external_cache_hit_rate: rates.external,
      overall_cache_hit_rate: rates.overall,
      prefix_cache_hits: by === 'lookups' ? orNull(localHitTokens) : null,
      prefix_cache_queries: looked,
      external_prefix_cache_hits: by === 'lookups' ? orNull(externalHitTokens) : null,
      external_prefix_cache_queries: null,
      cached_tokens_by_source: {},
      frontend_cache_hit_rate: null,
      router_kv_hit_rate: null,
      router_shared_cache_hit_rate: null,
      frontend_cached_tokens: null,
      frontend_input_tokens: null,
    },
    kv_cache: {
      gpu_usage_pct: orNull(server?.kvUse?.max),
      gpu_total_tokens: orNull(server?.kvPoolTokens),
      cpu_usage_pct: orNull(server?.hostKvUse?.max),
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
      prompt_total: server?.promptTokens ?? totalOf(tally, 'input_sequence_length'),
      generation_total: server?.generatedTokens ?? totalOf(tally, 'output_sequence_length'),
      requests_completed: tally.profiled,
      prompt_by_source: {
        gpu_cache_hit: by === 'tokens' ? orNull(localHitTokens) : null,
        cpu_or_external_cache_hit: by === 'tokens' ? orNull(externalHitTokens) : null,
        computed: by === 'tokens' ? orNull(computedTokens) : null,
        raw: {},
      },
    },
    sources: [],
  }
}

/** What April's flat form takes from the server's page. Source: InferenceX, process_agentic_result.py (980d61041), compute_cache_stats. */
export function aprilServerFields(server: ServerSide | undefined) {
  const rates = hitRates(server)
  return {
    server_gpu_cache_hit_rate: rates.local,
    server_cpu_cache_hit_rate: rates.external,
    kv_offload_bytes_gpu_to_cpu: null,
    kv_offload_bytes_cpu_to_gpu: null,
    kv_offload_time_gpu_to_cpu: null,
    kv_offload_time_cpu_to_gpu: null,
    cpu_kv_cache_usage_pct: orNull(server?.hostKvUse?.max),
    total_prompt_tokens: orNull(server?.promptTokens),
    total_generation_tokens: orNull(server?.generatedTokens),
    total_requests_completed: orNull(server?.finishedRequests),
  }
}

/** Shares of all prompt tokens, or of all lookups: `of` so many. */
function hitRates(server: ServerSide | undefined) {
  const { computedTokens, localHitTokens, externalHitTokens, hitRate } = server?.prompt ?? {}
  const of = computedTokens === undefined ? 0 : computedTokens + (localHitTokens ?? 0) + (externalHitTokens ?? 0)
  const share = (tokens: number | undefined) => (tokens === undefined || of === 0 ? null : tokens / of)
  return {
    of: of === 0 ? null : of,
    local: share(localHitTokens),
    external: share(externalHitTokens),
    overall: orNull(hitRate),
  }
}

function isPresent(server: ServerSide | undefined): boolean {
  return server?.sources.some(({ samples }) => samples > 0) ?? false
}

/** By InferenceX's names of its readers of pages. */
const adapters: Readonly<Record<string, string>> = {
  vllm: 'vllm',
  sglang: 'sglang',
  atom: 'atom',
  dynamo: 'dynamo-vllm',
}

/** Dynamo's page comes before those of the engines behind it. */
function adapterOf(server: ServerSide | undefined): string {
  const engines = server?.sources.flatMap(({ engine }) => engine ?? []) ?? []
  const first = engines.find((engine) => engine === 'dynamo') ?? engines[0]
  return first === undefined ? 'none' : (adapters[first] ?? first)
}

function orNull(value: number | undefined): number | null {
  return value ?? null
}

function totalOf({ values }: ProfileTally, tag: 'input_sequence_length' | 'output_sequence_length'): number | null {
  const list = values[tag]
  return list.length === 0 ? null : list.sorted().reduce((sum, value) => sum + value, 0)
}
