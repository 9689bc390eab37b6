import type { NumberList } from '../../measure/number-list.ts'
import { epochOf, nanosecondsAt } from '../aiperf/epoch.ts'
import type { ProfileTally } from '../aiperf/profile-tally.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { meanOf } from '../run/mean-of.ts'
import type { PublishedIdentity } from '../run/published-identity.ts'
import { deploymentFields, gpusOf } from './deployment-fields.ts'
import { identityFields } from './identity-fields.ts'
import { aprilStatBlock } from './stat-block.ts'

/**
 * A run as `benchmark_serving.py` tells one of fixed lengths: milliseconds, and tokens per second from the first request sent to the last
 * reply's end. `itl` are the times between chunks, which are not there where the run did not keep them.
 *
 * Source: InferenceX, utils/bench_serving/benchmark_serving.py (2026-08).
 */
export function servingResult({ result, identity }: Pick<ExportedRun, 'result' | 'identity'>, tally: ProfileTally) {
  const { values } = tally
  const epochNs = epochOf(result)
  const durationS = (tally.lastDoneMs - tally.firstSentMs) / 1000
  const [input, output] = [sumOf(values.input_sequence_length), sumOf(values.output_sequence_length)]
  return {
    ...(result.provenance.startedAt !== undefined && { date: dateOf(result.provenance.startedAt) }),
    backend: identity.framework,
    model_id: identity.model,
    num_prompts: tally.profiled + tally.profilingErrors,
    request_rate: 'inf',
    burstiness: 1,
    max_concurrency: identity.conc,
    duration: durationS,
    benchmark_start_time_unix: Number(nanosecondsAt(epochNs, tally.firstSentMs)) / 1e9,
    benchmark_end_time_unix: Number(nanosecondsAt(epochNs, tally.lastDoneMs)) / 1e9,
    completed: tally.profiled,
    total_input_tokens: input,
    total_output_tokens: output,
    request_throughput: tally.profiled / durationS,
    output_throughput: output / durationS,
    total_token_throughput: (input + output) / durationS,
    ...inMs('ttft', values.time_to_first_token),
    ...inMs('tpot', values.inter_token_latency),
    ...inMs('itl', tally.chunkGapsMs),
    ...inMs('e2el', values.request_latency),
  }
}

export type ServingResult = ReturnType<typeof servingResult>

/**
 * The same as InferenceX's aggregate of a job of fixed lengths: latencies in seconds, throughput per GPU, and the speed of a reply for each
 * figure of its time per token, the deviation included, as InferenceX has it.
 *
 * Source: InferenceX, utils/process_result.py (2026-08).
 */
export function fixedLengthResult(identity: PublishedIdentity, serving: ServingResult): object {
  const { common, own } = deploymentFields(identity)
  return {
    ...identityFields(identity),
    recipe_fingerprint: identity.recipeFingerprint,
    isl: identity.isl,
    osl: identity.osl,
    ...(identity.router && { router: identity.router }),
    ...(identity.kvP2pTransfer !== undefined && { kv_p2p_transfer: identity.kvP2pTransfer }),
    // Of several nodes the roles stand for themselves here, without a sum.
    ...(identity.shape.kind === 'multi' ? own : { ...common, ...own }),
    ...perGpu(identity, serving),
    ...Object.assign({}, ...Object.entries(serving).map(([key, value]) => rescaled(key, value))),
  }
}

/** Output is divided among the GPUs that decode, input among those that prefill, where they are apart. */
function perGpu(
  { shape, gpus }: PublishedIdentity,
  { total_token_throughput: total, output_throughput: output }: ServingResult,
): object {
  const [prefill, decode] = shape.kind === 'multi' ? [gpusOf(shape.prefill), gpusOf(shape.decode)] : []
  const all = prefill !== undefined && decode !== undefined ? prefill + decode : gpus
  if (all === undefined || all === 0) return {}
  return {
    tput_per_gpu: total / all,
    output_tput_per_gpu: output / (decode || all),
    input_tput_per_gpu: (total - output) / (prefill ?? all),
  }
}

function rescaled(key: string, value: unknown): object {
  if (typeof value !== 'number') return {}
  const name = key.replace('_ms', '')
  return {
    ...(key.endsWith('ms') && { [name]: value / 1000 }),
    ...(key.includes('tpot') && value !== 0 && { [name.replace('tpot', 'intvty')]: 1000 / value }),
  }
}

function inMs(name: string, values: NumberList): Record<string, number> {
  const figures = Object.entries(aprilStatBlock(values.sorted()))
  return Object.fromEntries(figures.map(([figure, value]) => [`${figure}_${name}_ms`, value]))
}

function sumOf(values: NumberList): number {
  return values.length === 0 ? 0 : Math.round(meanOf(values.sorted()) * values.length)
}

/** `20261128-193326`, in UTC. */
function dateOf(startedAt: string): string {
  return startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}
