import { expect, test, vi } from 'vitest'
import { fleetOf } from '../../core/engines/fleet-of.ts'
import { makeEngine } from '../../core/engines/make-engine.ts'
import { sendRaw } from '../raw-reply.fixture.ts'
import { wordsOf } from '../serve.fixture.ts'
import { quickSglang, serveSglangForTest, sglangMetricsOf } from './serve-sglang.fixture.ts'

const text = wordsOf(130)

function generate(port: number, max_new_tokens: number, fields: object = {}) {
  const body = { text, sampling_params: { max_new_tokens, ignore_eos: true }, ...fields }
  return sendRaw(port, { method: 'POST', path: '/generate', body })
}

const whole = '{is_streaming="false"}'
const streamed = '{is_streaming="true"}'

test('tokens and requests are booked at their ends, streams apart from whole replies', async () => {
  const { port } = await serveSglangForTest()
  for (let sent = 0; sent < 2; sent += 1) await generate(port, 7)
  await generate(port, 5, { stream: true })
  const metrics = await sglangMetricsOf(port)
  expect(metrics).toMatchObject({
    [`sglang:prompt_tokens_total${whole}`]: 260,
    [`sglang:prompt_tokens_total${streamed}`]: 130,
    [`sglang:generation_tokens_total${whole}`]: 14,
    [`sglang:generation_tokens_total${streamed}`]: 5,
    [`sglang:num_requests_total${whole}`]: 2,
    [`sglang:num_requests_total${streamed}`]: 1,
    'sglang:cached_tokens_total{cache_source="device"}': 256,
    'sglang:num_aborted_requests_total': 0,
    // A page is 64 tokens, and the last token of a prompt is always computed.
    'sglang:realtime_tokens_total{mode="prefill_compute"}': 134,
    'sglang:realtime_tokens_total{mode="prefill_cache"}': 256,
    'sglang:realtime_tokens_total{mode="decode"}': 16,
    'sglang:prefill_effective_tokens_total{mode="input"}': 134,
    'sglang:prefill_effective_tokens_total{mode="device_hit"}': 256,
    'sglang:prefill_effective_tokens_total{mode="host_hit"}': 0,
    'sglang:cache_hit_rate': 128 / 130,
    'sglang:prompt_tokens_histogram_bucket{le="300.0"}': 3,
    'sglang:prompt_tokens_histogram_bucket{le="100.0"}': 0,
    'sglang:uncached_prompt_tokens_histogram_sum': 134,
    'sglang:generation_tokens_histogram_sum': 19,
    'sglang:queue_time_seconds_count': 3,
    'sglang:num_retracted_requests_total': 0,
    'sglang:max_total_num_tokens': 262_144,
    'sglang:page_size': 64,
    'sglang:num_pages': 4096,
    'sglang:context_len': 131_072,
    'sglang:token_usage': 0,
    'sglang:num_running_reqs': 0,
  })
  expect(metrics).not.toHaveProperty(['sglang:cached_tokens_total{cache_source="host"}'])
})

test('a whole reply goes out to where instants are taken at every fiftieth token and at its end', async () => {
  const { port } = await serveSglangForTest()
  await generate(port, 49)
  const short = await sglangMetricsOf(port)
  const sumOf = (metrics: Record<string, number>, name: string) => metrics[`sglang:${name}_seconds_sum${whole}`]!
  expect(short).toMatchObject({ 'sglang:inter_token_latency_seconds_count': 0 })
  expect(sumOf(short, 'time_to_first_token')).toBe(sumOf(short, 'e2e_request_latency'))
  await generate(port, 120)
  const both = await sglangMetricsOf(port)
  expect(both).toMatchObject({
    'sglang:inter_token_latency_seconds_count': 70,
    [`sglang:time_to_first_token_seconds_count${whole}`]: 2,
    [`sglang:request_time_per_output_token_seconds_count${whole}`]: 2,
  })
  // 70 steps of a millisecond, and 119 of the whole.
  expect(both['sglang:inter_token_latency_seconds_sum']).toBeCloseTo(0.07, 9)
  expect(sumOf(both, 'request_time_per_output_token')).toBeCloseTo(0.002, 9)
})

test('a stream goes out by its interval', async () => {
  const { port } = await serveSglangForTest({ streamInterval: 3 })
  await generate(port, 9, { stream: true })
  const metrics = await sglangMetricsOf(port)
  // 1, 3, 3 and 2 tokens: each of the later eight took a millisecond.
  expect(metrics).toMatchObject({
    'sglang:inter_token_latency_seconds_count': 8,
    'sglang:inter_token_latency_seconds_bucket{le="0.002"}': 8,
    [`sglang:time_to_first_token_seconds_count${streamed}`]: 1,
  })
  expect(metrics['sglang:inter_token_latency_seconds_sum']).toBeCloseTo(0.008, 9)
})

test('one that is stopped counts as ended and as stopped, its time per token does not', async () => {
  const { port, url } = await serveSglangForTest({ engine: quickSglang({}, 5) })
  const leaving = new AbortController()
  const body = JSON.stringify({ text, stream: true, sampling_params: { max_new_tokens: 100_000, ignore_eos: true } })
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${url}/generate`, { method: 'POST', headers, body, signal: leaving.signal })
  await reply.body!.getReader().read()
  const running = await sglangMetricsOf(port)
  // The prompt takes three pages of 4096.
  expect(running).toMatchObject({ 'sglang:num_running_reqs': 1, [`sglang:prompt_tokens_total${streamed}`]: 0 })
  expect(running['sglang:token_usage']).toBeGreaterThanOrEqual(3 / 4096)
  leaving.abort()
  await vi.waitFor(async () =>
    expect(await sglangMetricsOf(port)).toMatchObject({
      'sglang:num_running_reqs': 0,
      'sglang:num_aborted_requests_total': 1,
      [`sglang:num_requests_total${streamed}`]: 1,
      [`sglang:prompt_tokens_total${streamed}`]: 130,
      [`sglang:e2e_request_latency_seconds_count${streamed}`]: 1,
      [`sglang:request_time_per_output_token_seconds_count${streamed}`]: 0,
    }),
  )
})

test('every series has the labels of its part of the engine, and every family is told once', async () => {
  const { port } = await serveSglangForTest()
  await generate(port, 3)
  const { body, headers } = await sendRaw(port, { method: 'GET', path: '/metrics' })
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = body.split('\n')
  const series = (name: string) => lines.filter((line) => line.startsWith(`sglang:${name}{`))
  expect(series('token_usage')[0]).toContain(
    '{engine_type="unified",model_name="tiny",moe_ep_rank="0",pp_rank="0",tp_rank="0"}',
  )
  expect(series('prompt_tokens_total')).toEqual([
    'sglang:prompt_tokens_total{engine_type="unified",is_streaming="true",model_name="tiny"} 0.0',
    'sglang:prompt_tokens_total{engine_type="unified",is_streaming="false",model_name="tiny"} 130.0',
  ])
  const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
  expect(new Set(families).size).toBe(families.length)
})

test('a fleet tells the memory and the tokens of all its engines', async () => {
  const { port } = await serveSglangForTest({ makeEngine: fleetOf(2, makeEngine) })
  for (let sent = 0; sent < 3; sent += 1) await generate(port, 2)
  expect(await sglangMetricsOf(port)).toMatchObject({
    'sglang:max_total_num_tokens': 524_288,
    'sglang:num_pages': 8192,
    [`sglang:prompt_tokens_total${whole}`]: 390,
    'sglang:realtime_tokens_total{mode="prefill_cache"}': 128,
  })
})

test('drafts are told as of the last forty steps, and every token of a step counts', async () => {
  const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceRates: [1, 1, 0] }
  const { port } = await serveSglangForTest({ engine: quickSglang({ speculation }) })
  await generate(port, 130)
  // 43 steps of three tokens, after the first.
  expect(await sglangMetricsOf(port)).toMatchObject({
    'sglang:spec_accept_length': 3,
    'sglang:spec_accept_rate': 2 / 3,
    'sglang:spec_num_steps': 3,
    'sglang:spec_num_draft_tokens': 4,
    'sglang:spec_verify_calls_total': 43,
    'sglang:realtime_tokens_total{mode="decode"}': 129,
  })
  const info = JSON.parse((await sendRaw(port, { method: 'GET', path: '/server_info' })).body)
  expect(info.internal_states[0].avg_spec_accept_length).toBe(3)
})

test('ranks have series of their own where the scheduler tells them, and one where requests end', async () => {
  const { port } = await serveSglangForTest({ engine: { ...quickSglang({}, 20), dataParallelSize: 2 } })
  // The second comes while the first is there, and goes to the other rank.
  await Promise.all([generate(port, 3), generate(port, 3)])
  await generate(port, 3)
  const metrics = await sglangMetricsOf(port)
  const ofRanks = (name: string, labels = '') =>
    ['0', '1'].map((rank) => metrics[`sglang:${name}{dp_rank="${rank}",${labels}}`.replace(',}', '}')])
  expect(ofRanks('realtime_tokens_total', 'mode="prefill_compute"')).toEqual([132, 130])
  expect(ofRanks('realtime_tokens_total', 'mode="decode"')).toEqual([4, 2])
  expect(ofRanks('queue_time_seconds_count')).toEqual([2, 1])
  expect(ofRanks('max_total_num_tokens')).toEqual([262_144, 262_144])
  expect(metrics[`sglang:prompt_tokens_total${whole}`]).toBe(390)
  const loads = JSON.parse((await sendRaw(port, { method: 'GET', path: '/v1/loads' })).body).loads
  expect(loads).toMatchObject([{ dp_rank: 0 }, { dp_rank: 1 }])
  const info = JSON.parse((await sendRaw(port, { method: 'GET', path: '/server_info' })).body)
  expect(info).toMatchObject({ dp_size: 2, internal_states: [{}, {}] })
})

test("what the host's memory holds behind the cache is told where there is one", async () => {
  const hicache = { hostPages: 100, tokenBytes: 1_000, host: { gbPerS: 50 } }
  const { port } = await serveSglangForTest({ engine: quickSglang({ hicache }) })
  await generate(port, 7)
  expect(await sglangMetricsOf(port)).toMatchObject({
    // Two whole pages of 64 tokens.
    'sglang:hicache_host_used_tokens': 128,
    'sglang:hicache_host_total_tokens': 6400,
  })
  const { port: without } = await serveSglangForTest()
  expect(await sglangMetricsOf(without)).not.toHaveProperty(['sglang:hicache_host_total_tokens'])
})
