import { expect, test } from 'vitest'
import { seriesRoles } from './series-roles.ts'

const told = (key: string) =>
  seriesRoles(key).map((role) => [role.engine, role.rank, role.kind, ...('what' in role ? [role.what] : [])].join(' '))

test.each([
  ['vllm:prompt_tokens_total{engine="1",model_name="m"}', ['vllm 0 amount promptTokens']],
  ['vllm:prompt_tokens_by_source_total{source="local_cache_hit"}', ['vllm 0 amount localHitTokens']],
  ['vllm:prompt_tokens_by_source_total{source="new_kind"}', []],
  ['vllm:gpu_cache_usage_perc', ['vllm 1 level kvUse']],
  ['sglang:cached_tokens_total{cache_source="storage_nixl"}', ['sglang 0 amount externalHitTokens']],
  ['sglang:cached_tokens_total{model_name="m"}', ['sglang 1 amount localHitTokens']],
  [
    'sglang:realtime_tokens_total{mode="prefill_cache"}',
    ['sglang 0 amount lookupTokens', 'sglang 0 amount lookupHitTokens'],
  ],
  ['sglang:realtime_tokens_total{mode="decode"}', []],
  ['sglang:token_usage{tp_rank="0"}', ['sglang 0 level kvUse']],
  ['trtllm_e2e_request_latency_seconds_bucket{le="0.5"}', ['tensorrt-llm 0 latency e2e']],
  ['atom:kv_cache_usage_ratio', ['atom 0 level kvUse']],
  ['dynamo_frontend_input_sequence_tokens_sum{model="m"}', ['dynamo 0 amount promptTokens']],
  ['process_cpu_seconds_total', []],
  ['vllm:prompt_tokens_total{broken', []],
])('%s', (key, roles) => expect(told(key)).toEqual(roles))

test('a bucket has its bound in seconds, the last one none', () => {
  const part = (le: string) => seriesRoles(`vllm:time_to_first_token_seconds_bucket{le="${le}"}`)[0]
  expect(part('0.25')).toMatchObject({ part: 0.25 })
  expect(part('+Inf')).toMatchObject({ part: Number.POSITIVE_INFINITY })
  expect(part('many')).toBeUndefined()
})

test('ranks of one engine are one group, engines are several', () => {
  const group = (labels: string) => {
    const [role] = seriesRoles(`sglang:num_running_reqs{${labels}}`)
    return role && 'group' in role ? role.group : undefined
  }
  expect(group('dp_rank="0",tp_rank="0"')).toBe(group('dp_rank="0",tp_rank="3",pp_rank="1"'))
  expect(group('dp_rank="0",tp_rank="0"')).not.toBe(group('dp_rank="1",tp_rank="0"'))
})

test('the pool is what the configuration says, or its blocks', () => {
  const tokens = (labels: string) => seriesRoles(`vllm:cache_config_info{${labels}}`)[0]
  expect(tokens('block_size="64",kv_cache_size_tokens="1048576",num_gpu_blocks="9"')).toMatchObject({
    tokens: 1_048_576,
  })
  expect(tokens('block_size="64",kv_cache_size_tokens="None",num_gpu_blocks="16384"')).toMatchObject({
    tokens: 1_048_576,
  })
  expect(tokens('block_size="None"')).not.toHaveProperty('tokens')
})
