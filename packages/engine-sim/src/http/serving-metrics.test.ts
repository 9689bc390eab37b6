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
    'vllm:prompt_tokens_cached_by_source_total{source="external_unspecified"}': 0,
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
    'vllm:cache_config_info{block_size="64",enable_prefix_caching="True",kv_cache_size_tokens="262144",num_gpu_blocks="4096"}': 1,
  })
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
      const [, name = '', labels = '', value = ''] = /^([\w:]+)\{(.*)\} (\S+)$/.exec(line) ?? []
      const own = labels.split(/,(?=\w+=)/).filter((label) => !/^(engine|model_name)=/.test(label))
      return [own.length > 0 ? `${name}{${own.join(',')}}` : name, Number(value)]
    }),
  )
}
