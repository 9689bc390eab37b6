import { expect, test } from 'vitest'
import { DisaggregatedConfig } from '../../core/fleet-config.ts'
import { sendRaw } from '../raw-reply.fixture.ts'
import { wordsOf } from '../serve.fixture.ts'
import { quickSglang, serveSglangForTest, sglangMetricsOf } from './serve-sglang.fixture.ts'

const roundRobin = { routing: 'round-robin' }

function apart(transfer: object) {
  const fleet = { prefillWorkers: 1, prefillRouter: roundRobin, decodeWorkers: 1, decodeRouter: roundRobin, transfer }
  return { ...quickSglang(), fleet: DisaggregatedConfig.parse(fleet) }
}

function generate(port: number, max_new_tokens: number) {
  const body = { text: wordsOf(130), sampling_params: { max_new_tokens, ignore_eos: true } }
  return sendRaw(port, { method: 'POST', path: '/generate', body })
}

test('what went from one worker to the other is told as the workers tell it', async () => {
  const { port } = await serveSglangForTest({ engine: apart({ bytesPerToken: 1024 ** 2, gbPerS: 0, latencyMs: 20 }) })
  for (let sent = 0; sent < 2; sent += 1) await generate(port, 5)
  const metrics = await sglangMetricsOf(port)
  expect(metrics).toMatchObject({
    'sglang:num_prefill_bootstrap_queue_reqs': 0,
    'sglang:num_prefill_inflight_queue_reqs': 0,
    'sglang:num_decode_prealloc_queue_reqs': 0,
    'sglang:num_decode_transfer_queue_reqs': 0,
    'sglang:kv_transfer_bootstrap_ms_count': 2,
    'sglang:kv_transfer_total_mb_sum': 260,
    'sglang:kv_transfer_total_mb_bucket{le="500.0"}': 2,
    'sglang:kv_transfer_total_mb_bucket{le="100.0"}': 0,
    'sglang:kv_transfer_latency_ms_bucket{le="10.0"}': 0,
    'sglang:kv_transfer_latency_ms_count': 2,
    'sglang:num_running_reqs': 0,
    'sglang:num_queue_reqs': 0,
    'sglang:prompt_tokens_total{is_streaming="false"}': 260,
    'sglang:generation_tokens_total{is_streaming="false"}': 10,
    'reprise:kv_transfer_transfers_total': 2,
  })
  // The first is 20 ms on its way, and the cached pages of the second go before it is computed, so that all of it is there no sooner.
  expect(metrics['sglang:kv_transfer_latency_ms_sum']!).toBeGreaterThanOrEqual(40)
})

test('those that wait for room, for their prompt and on the way are told while they do', async () => {
  // A second for a megabyte: the one under way stays there.
  const { port } = await serveSglangForTest({ engine: apart({ bytesPerToken: 1e6, gbPerS: 0.001, latencyMs: 0 }) })
  const aborted = new AbortController()
  const sent = fetch(`http://127.0.0.1:${port}/generate`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, signal: aborted.signal },
    body: JSON.stringify({ text: wordsOf(130), sampling_params: { max_new_tokens: 5 } }),
  }).catch(() => {})
  const levels = async () => {
    const metrics = await sglangMetricsOf(port)
    const names = ['prefill_bootstrap', 'prefill_inflight', 'decode_prealloc', 'decode_transfer']
    return names.map((name) => metrics[`sglang:num_${name}_queue_reqs`])
  }
  await expect.poll(levels).toEqual([0, 1, 0, 1])
  aborted.abort()
  await sent
  await expect.poll(levels).toEqual([0, 0, 0, 0])
})

test('one engine that does both has none of it', async () => {
  const { port } = await serveSglangForTest()
  await generate(port, 5)
  expect(Object.keys(await sglangMetricsOf(port)).filter((name) => /kv_transfer|prealloc/.test(name))).toEqual([])
})
