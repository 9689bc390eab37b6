import { expect, test, vi } from 'vitest'
import { fleetOf } from '../core/engines/fleet-of.ts'
import { makeEngine } from '../core/engines/make-engine.ts'
import { sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from './serve.fixture.ts'

const messages = [{ role: 'user' as const, content: wordsOf(200) }]
const chatPath = '/v1/chat/completions'

test('a client that goes away frees its blocks', async () => {
  const { port, url, log } = await serveForTest({ engine: quickEngine({ stepTime: { baseMs: 5 } }) })
  const leaving = new AbortController()
  const body = JSON.stringify({ messages, max_tokens: 100_000, ignore_eos: true, stream: true })
  const reply = await fetch(`${url}${chatPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: leaving.signal,
  })
  await reply.body!.getReader().read()
  expect(await metricsOf(port)).toMatchObject({ 'vllm:num_requests_running': 1 })
  leaving.abort()
  await vi.waitFor(async () => expect((await metricsOf(port))['vllm:num_requests_running']).toBe(0))
  expect(await metricsOf(port)).toMatchObject({
    'vllm:kv_cache_usage_perc': 0,
    'vllm:num_requests_waiting': 0,
    'vllm:prompt_tokens_total': 200,
    'vllm:prompt_tokens_by_source_total{source="local_compute"}': 200,
    'vllm:prompt_tokens_by_source_total{source="local_cache_hit"}': 0,
    // As vLLM 0.32.0 has it: a client that goes away is in no count.
    'vllm:request_success_total{finished_reason="abort"}': 0,
  })
  expect(log).toMatchObject([{ aborted: true, promptTokens: 200 }])
  expect(log[0]).not.toHaveProperty('finishReason')
  expect(JSON.parse((await sendRaw(port, { method: 'GET', path: '/load' })).body)).toEqual({ server_load: 0 })
})

test('the metrics add up to what was asked and answered', async () => {
  const { port } = await serveForTest()
  const body = { messages, max_tokens: 7, ignore_eos: true }
  for (let sent = 0; sent < 3; sent += 1) await sendRaw(port, { method: 'POST', path: chatPath, body })
  await sendRaw(port, { method: 'POST', path: '/reset_prefix_cache' })
  await sendRaw(port, { method: 'POST', path: chatPath, body })
  const metrics = await metricsOf(port)
  expect(metrics).toMatchObject({
    'vllm:prompt_tokens_total': 800,
    'vllm:prompt_tokens_by_source_total{source="local_compute"}': 416,
    'vllm:prompt_tokens_by_source_total{source="local_cache_hit"}': 384,
    'vllm:prefix_cache_queries_total': 800,
    'vllm:prefix_cache_hits_total': 384,
    'vllm:prompt_tokens_cached_by_source_total{source="device"}': 384,
    'vllm:prompt_tokens_cached_by_source_total{source="host"}': 0,
    'vllm:prompt_tokens_cached_by_source_total{source="external_unspecified"}': 0,
    // Four steps finish a prompt, of 200, 8, 8 and 200 computed tokens, and bring a token each; 24 steps bring one.
    'vllm:iteration_tokens_total_count': 28,
    'vllm:iteration_tokens_total_sum': 444,
    'vllm:iteration_tokens_total_bucket{le="1.0"}': 24,
    'vllm:iteration_tokens_total_bucket{le="16.0"}': 26,
    'http_requests_total{handler="/v1/chat/completions",method="POST",status="2xx"}': 4,
    'http_requests_total{handler="/reset_prefix_cache",method="POST",status="2xx"}': 1,
    'http_request_duration_seconds_bucket{handler="/v1/chat/completions",le="+Inf",method="POST"}': 4,
    http_request_duration_highr_seconds_count: 5,
    'http_response_size_bytes_sum{handler="/reset_prefix_cache"}': 16,
    'vllm:request_params_n_bucket{le="1.0"}': 4,
    'vllm:request_params_n_sum': 4,
    'vllm:request_max_num_generation_tokens_bucket{le="5.0"}': 0,
    'vllm:request_max_num_generation_tokens_bucket{le="10.0"}': 4,
    'vllm:request_max_num_generation_tokens_sum': 28,
    'vllm:generation_tokens_total': 28,
    'vllm:request_success_total{finished_reason="length"}': 4,
    'vllm:request_success_total{finished_reason="stop"}': 0,
    'vllm:time_to_first_token_seconds_count': 4,
    'vllm:inter_token_latency_seconds_count': 24,
    'vllm:request_prompt_tokens_sum': 800,
    'vllm:request_prompt_tokens_bucket{le="100.0"}': 0,
    'vllm:request_prompt_tokens_bucket{le="200.0"}': 4,
    'vllm:request_prompt_tokens_bucket{le="+Inf"}': 4,
    'vllm:num_requests_running': 0,
  })
  const config = Object.keys(metrics).find((name) => name.startsWith('vllm:cache_config_info'))
  for (const label of [
    'block_size="64"',
    'kv_cache_size_tokens="262144"',
    'num_gpu_blocks="4096"',
    'kv_cache_max_concurrency="2.0"',
  ])
    expect(config).toContain(label)
  const nowS = Date.now() / 1e3
  for (const name of [
    'vllm:prompt_tokens_created',
    'vllm:iteration_tokens_total_created',
    'process_start_time_seconds',
  ]) {
    expect(metrics[name], name).toBeLessThanOrEqual(nowS)
    expect(metrics[name], name).toBeGreaterThan(nowS - 3600)
  }
  expect(metrics.process_resident_memory_bytes).toBeGreaterThan(1e7)
  expect(metrics.process_cpu_seconds_total).toBeGreaterThan(0)
  // 7 tokens a request, a step of 1 ms each.
  expect(metrics['vllm:inter_token_latency_seconds_sum']).toBeCloseTo(0.024, 9)
  expect(metrics['vllm:request_prefill_time_seconds_sum']).toBeCloseTo(0.004, 9)
})

test('a fleet serves as one server: turn by turn, its counts summed, its cache forgotten as a whole', async () => {
  const { port, log } = await serveForTest({ makeEngine: fleetOf(2, makeEngine) })
  const body = { messages, max_tokens: 7, ignore_eos: true }
  const send = () => sendRaw(port, { method: 'POST', path: chatPath, body })
  for (let sent = 0; sent < 4; sent += 1) await send()
  // Each engine computes the prompt once.
  expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0, 192, 192])
  const forgotten = await sendRaw(port, { method: 'POST', path: '/reset_prefix_cache' })
  expect(JSON.parse(forgotten.body)).toEqual({ success: true })
  for (let sent = 0; sent < 2; sent += 1) await send()
  expect(log.slice(4).map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0])
  expect(await metricsOf(port)).toMatchObject({
    'vllm:prompt_tokens_total': 1200,
    'vllm:prefix_cache_hits_total': 384,
    'vllm:generation_tokens_total': 42,
    'vllm:num_requests_running': 0,
  })
})

/** Samples by name and labels; those that every sample has are left out. */
async function metricsOf(port: number): Promise<Record<string, number>> {
  const { body, headers } = await sendRaw(port, { method: 'GET', path: '/metrics' })
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = body.split('\n').filter((line) => line.length > 0 && !line.startsWith('#'))
  return Object.fromEntries(
    samples.map((line) => {
      const [, name = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      const own = labels.split(/,(?=\w+=)/).filter((label) => label !== '' && !/^(engine|model_name)=/.test(label))
      return [own.length > 0 ? `${name}{${own.join(',')}}` : name, Number(value)]
    }),
  )
}
