import type { RequestRecord } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import type { Result } from '../../result/result.ts'
import { okRecord, unansweredRecord } from '../../testing/run.fixture.ts'
import { replayReport } from './replay-report.ts'

function reportOf(records: readonly RequestRecord[], result: object = {}, wallMs?: number) {
  const run = {
    result: { identity: { model: 'm' }, ...result } as unknown as Result,
    async *records() {
      yield* records
    },
  }
  return replayReport(run, wallMs) as Promise<Record<string, number>>
}

/** Sent at `sentMs`; tokens come 100 ms later and then after these gaps. */
function reply(sentMs: number, gaps: readonly number[], changes: Partial<RequestRecord> = {}): RequestRecord {
  const lastTokenMs = sentMs + 100 + gaps.reduce((sum, gap) => sum + gap, 0)
  return okRecord({
    ...{ id: `${sentMs}`, dueMs: sentMs, sentMs, firstTokenMs: sentMs + 100, lastTokenMs, doneMs: lastTokenMs },
    ...{ inputTokens: 400, outputTokens: gaps.length + 1, cachedTokens: 100, chunkGapsMs: [...gaps] },
    ...changes,
  })
}

test("by hand, by Dynamo's formulas: all gaps together, percentiles of the rounded rank, deviations of a population", async () => {
  const failed = unansweredRecord({ kind: 'cancelled' }, { id: 'x', sentMs: 1_000 })
  const warm = reply(0, [1], { phase: 'warmup' })
  const told = await reportOf([warm, reply(1_000, [10, 30, 20]), reply(1_500, [0]), reply(2_000, []), failed])
  expect(told).toMatchObject({
    ...{ num_requests: 4, completed_requests: 3, total_input_tokens: 1_200, total_output_tokens: 7 },
    // From 1,000 to 2,100.
    ...{ duration_ms: 1_100, request_throughput_rps: 3 / 1.1, output_throughput_tok_s: 7 / 1.1 },
    ...{ total_throughput_tok_s: 1_207 / 1.1, processed_tokens: 1_207, prefix_cache_reused_ratio: 0.25 },
    ...{ num_ttft_samples: 3, num_tpot_samples: 2, num_e2e_latency_samples: 3 },
    ...{ mean_ttft_ms: 100, std_ttft_ms: 0, mean_ttst_ms: 5, max_ttst_ms: 10 },
    // 60 ms over three gaps, and none over one.
    ...{ mean_tpot_ms: 10, median_tpot_ms: 20, std_tpot_ms: 10 },
    // 0, 10, 20, 30.
    ...{
      mean_itl_ms: 15,
      min_itl_ms: 0,
      median_itl_ms: 20,
      p75_itl_ms: 20,
      max_itl_ms: 30,
      std_itl_ms: Math.sqrt(125),
    },
    ...{ mean_e2e_latency_ms: 120, max_e2e_latency_ms: 160 },
    // A gap of nothing has no speed: 1,000 / 30, / 20 and / 10.
    ...{ min_output_token_throughput_per_user: 1_000 / 30, median_output_token_throughput_per_user: 50 },
  })
  for (const key of Object.keys(told)) expect(key).not.toMatch(/wall|processed_tokens_per|worker|gpu|goodput|trajector/)
})

test('what nobody knows is absent: gaps that were not kept, a prompt of which nothing is told, distributions of none', async () => {
  const { chunkGapsMs: _, cachedTokens: __, ...quiet } = reply(0, [10, 10])
  const told = await reportOf([quiet])
  expect(told).toMatchObject({ completed_requests: 1, mean_tpot_ms: 10 })
  for (const key of [
    'mean_itl_ms',
    'mean_ttst_ms',
    'mean_output_token_throughput_per_user',
    'prefix_cache_reused_ratio',
  ])
    expect(told).not.toHaveProperty(key)
  expect(await reportOf([])).toMatchObject({ num_requests: 0, completed_requests: 0, duration_ms: 0, request_throughput_rps: 0 }) // biome-ignore format: one call
})

test('workers and GPUs are those of a simulated fleet; the wall is that of who computed it', async () => {
  const simulated = (fleet: object | undefined, gpus?: number) => ({
    identity: { model: 'm', gpus, engine: { name: 'reprise-sim', config: { schema: 'engine/1', fleet } } },
  })
  const records = [reply(0, [900])]
  expect(await reportOf(records, simulated({ workers: 4 }, 8), 500)).toMatchObject({
    ...{ prefill_worker_seconds: 0, decode_worker_seconds: 4, prefill_gpus_per_worker: 0, decode_gpus_per_worker: 2 },
    ...{ gpu_hours: 8 / 3_600, wall_time_ms: 500, processed_tokens_per_s: 804, processed_output_tokens_per_s: 4 },
  })
  const apart = await reportOf(records, simulated({ prefillWorkers: 1, decodeWorkers: 2 }, 8))
  expect(apart).toMatchObject({ prefill_worker_seconds: 1, decode_worker_seconds: 2 })
  expect(apart).not.toHaveProperty('gpu_hours')
  expect(await reportOf(records, simulated(undefined))).toMatchObject({ decode_worker_seconds: 1 })
})

test('goodput is there for the objectives that Dynamo knows, and for no others', async () => {
  const judged = (slo: object) => reportOf([reply(0, [10, 30]), reply(0, [90])], { goodput: { slo } })
  expect(await judged({ tpot: 20 })).toMatchObject({ goodput_completed_requests: 1, goodput_output_throughput_tok_s: 3 / 0.19 }) // biome-ignore format: one call
  expect(await judged({ ttft: 100, e2e: 190 })).toMatchObject({ goodput_completed_requests: 2 })
  expect(await judged({ ttft: 100, interactivity: 5 })).not.toHaveProperty('goodput_completed_requests')
})
