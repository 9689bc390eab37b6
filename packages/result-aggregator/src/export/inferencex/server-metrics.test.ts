import { describe, expect, test } from 'vitest'
import type { ServerSide } from '../../result/server-side.ts'
import { okRecord } from '../../testing/run.fixture.ts'
import { ProfileTally } from '../aiperf/profile-tally.ts'
import { aprilServerFields, serverMetrics } from './server-metrics.ts'

const tally = new ProfileTally(64)
tally.add(okRecord())

const page = (changes: Partial<ServerSide>, engine = 'vllm'): ServerSide => ({
  sources: [{ url: 'http://127.0.0.1:8000/metrics', found: 'endpoint', engine, samples: 9, series: 120 }],
  intervalMs: 1_000,
  ...changes,
})

describe('what the server said', () => {
  test('prompt tokens by where they came from: shares of all of them', () => {
    const prompt = {
      by: 'tokens',
      computedTokens: 500,
      localHitTokens: 300,
      externalHitTokens: 200,
      hitRate: 0.5,
    } as const
    const kvUse = { mean: 0.5, p90: 0.8, max: 0.9 }
    const { present, adapter, metric_count, cache, kv_cache, tokens } = serverMetrics(
      page({ prompt, kvUse, kvPoolTokens: 4_096, promptTokens: 1_000, generatedTokens: 70 }),
      tally,
    )
    expect({ present, adapter, metric_count }).toEqual({ present: true, adapter: 'vllm', metric_count: 120 })
    expect(cache).toMatchObject({
      gpu_cache_hit_rate: 0.3,
      cpu_cache_hit_rate: 0.2,
      external_cache_hit_rate: 0.2,
      overall_cache_hit_rate: 0.5,
      prefix_cache_queries: null,
    })
    expect(kv_cache).toMatchObject({ gpu_usage_pct: 0.9, gpu_total_tokens: 4_096, cpu_usage_pct: null })
    expect(tokens).toMatchObject({
      prompt_total: 1_000,
      generation_total: 70,
      requests_completed: 1,
      prompt_by_source: { gpu_cache_hit: 300, cpu_or_external_cache_hit: 200, computed: 500 },
    })
  })

  test('lookups are hits and queries, and no tokens', () => {
    const prompt = { by: 'lookups', computedTokens: 750, localHitTokens: 250, hitRate: 0.25 } as const
    const { cache, tokens } = serverMetrics(page({ prompt }), tally)
    expect(cache).toMatchObject({
      gpu_cache_hit_rate: 0.25,
      cpu_cache_hit_rate: null,
      prefix_cache_hits: 250,
      prefix_cache_queries: 1_000,
    })
    expect(tokens).toMatchObject({ prompt_total: 1_000, generation_total: 11, prompt_by_source: { computed: null } })
    expect(aprilServerFields(page({ prompt, finishedRequests: 5 }))).toMatchObject({
      server_gpu_cache_hit_rate: 0.25,
      server_cpu_cache_hit_rate: null,
      total_prompt_tokens: null,
      total_requests_completed: 5,
    })
  })

  test("a page of Dynamo's comes first; one of nobody's, and no page", () => {
    expect(serverMetrics(page({}, 'dynamo'), tally).adapter).toBe('dynamo-vllm')
    const { sources } = page({})
    const both = page({ sources: [...sources, ...page({}, 'dynamo').sources] })
    expect(serverMetrics(both, tally).adapter).toBe('dynamo-vllm')
    expect(serverMetrics(page({}, 'trtllm'), tally).adapter).toBe('trtllm')
    expect(serverMetrics(undefined, tally)).toMatchObject({ present: false, adapter: 'none', metric_count: 0 })
    expect(serverMetrics(page({ sources: [{ ...sources[0]!, samples: 0 }] }), tally).present).toBe(false)
  })
})
