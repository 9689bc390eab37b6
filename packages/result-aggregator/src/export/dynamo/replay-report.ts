import type { NumberList } from '../../measure/number-list.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { deviationOf, meanOf } from '../run/mean-of.ts'
import { provisionedWorkers } from './provisioned-workers.ts'
import { replaySla } from './replay-sla.ts'
import { ReplayTally } from './replay-tally.ts'

/**
 * A run under the flat keys that Dynamo's replay writes with `--report-json`, by its formulas, in its order; what is not known is absent.
 * `wallMs`: how long computing it took.
 *
 * Source: the report of ai-dynamo/aisimulate, crates/core/src/replay/report.rs; ../shared/spec/dynamo.md 4.10
 */
export async function replayReport(run: Pick<ExportedRun, 'result' | 'records'>, wallMs?: number): Promise<object> {
  const sla = replaySla(run.result.goodput?.slo)
  const tally = new ReplayTally(sla)
  for await (const record of run.records()) tally.add(record)
  const { requests, completed, inputTokens, outputTokens, cachedTokens, durationMs } = tally
  const seconds = Math.max(durationMs / 1_000, 1e-9)
  const reused = cachedTokens === undefined || inputTokens === 0 ? undefined : cachedTokens / inputTokens
  return {
    num_requests: requests,
    completed_requests: completed,
    total_input_tokens: inputTokens,
    total_output_tokens: outputTokens,
    duration_ms: durationMs,
    ...(wallMs !== undefined && { wall_time_ms: wallMs }),
    request_throughput_rps: completed / seconds,
    input_throughput_tok_s: inputTokens / seconds,
    output_throughput_tok_s: outputTokens / seconds,
    total_throughput_tok_s: (inputTokens + outputTokens) / seconds,
    ...workerKeys(run, seconds),
    ...(sla && {
      goodput_completed_requests: tally.good,
      goodput_request_throughput_rps: tally.good / seconds,
      goodput_output_throughput_tok_s: tally.goodOutputTokens / seconds,
    }),
    processed_tokens: inputTokens + outputTokens,
    ...(wallMs !== undefined && {
      processed_tokens_per_s: (1_000 * (inputTokens + outputTokens)) / wallMs,
      processed_output_tokens_per_s: (1_000 * outputTokens) / wallMs,
    }),
    // A prompt that lost its blocks and was admitted again keeps what it found at first: no record has more.
    ...(reused !== undefined && {
      prefix_cache_reused_ratio: reused,
      first_admission_prefix_cache_reused_ratio: reused,
    }),
    num_ttft_samples: tally.ttftMs.length,
    num_tpot_samples: tally.tpotMs.length,
    num_e2e_latency_samples: tally.e2eMs.length,
    ...distribution('ttft_ms', tally.ttftMs),
    ...distribution('ttst_ms', tally.ttstMs),
    ...distribution('tpot_ms', tally.tpotMs),
    ...distribution('itl_ms', tally.itlMs),
    ...distribution('e2e_latency_ms', tally.e2eMs),
    ...distribution('output_token_throughput_per_user', tally.tokensPerS),
  }
}

function workerKeys({ result }: Pick<ExportedRun, 'result'>, seconds: number): object {
  const workers = provisionedWorkers(result)
  if (!workers) return {}
  const { prefill, decode, gpusPerWorker } = workers
  return {
    prefill_worker_seconds: prefill * seconds,
    decode_worker_seconds: decode * seconds,
    ...(gpusPerWorker !== undefined && {
      prefill_gpus_per_worker: prefill > 0 ? gpusPerWorker : 0,
      decode_gpus_per_worker: gpusPerWorker,
      gpu_hours: ((prefill + decode) * seconds * gpusPerWorker) / 3_600,
    }),
  }
}

/** Nothing of none. Percentiles are of the rounded rank, the deviation is that of a population. */
function distribution(name: string, list: NumberList): object {
  if (list.length === 0) return {}
  const values = list.sorted()
  const at = (percentile: number) => values[Math.round(((values.length - 1) * percentile) / 100)]!
  return {
    [`mean_${name}`]: meanOf(values),
    [`min_${name}`]: values[0],
    [`max_${name}`]: values.at(-1),
    [`median_${name}`]: at(50),
    [`p75_${name}`]: at(75),
    [`p90_${name}`]: at(90),
    [`p95_${name}`]: at(95),
    [`p99_${name}`]: at(99),
    [`std_${name}`]: deviationOf(values, 'population'),
  }
}
