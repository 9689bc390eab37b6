import type { NumberList } from '../../measure/number-list.ts'
import type { Result } from '../../result/result.ts'
import { epochOf, nanosecondsAt } from '../aiperf/epoch.ts'
import type { ProfileTally } from '../aiperf/profile-tally.ts'
import { meanOf } from '../run/mean-of.ts'
import { completionsPerS } from './completion-rate.ts'
import { reciprocalBlock, type StatBlock, statBlock } from './stat-block.ts'

/**
 * `request_metrics` of InferenceX's nested form: seconds, and tokens per second.
 *
 * Source: InferenceX, request_metrics.py (2026-08). It rounds to five decimals, and this does not.
 */
export function requestMetrics(
  tally: ProfileTally,
  { result, gpus }: { readonly result: Result; readonly gpus: number | undefined },
): object {
  return {
    qps: completions(tally, result),
    latency: latencies(tally),
    tokens: {
      input: statBlock(tally.values.input_sequence_length.sorted()),
      output_actual: statBlock(tally.values.output_sequence_length.sorted()),
      output_expected: statBlock(tally.values.requested_osl.sorted()),
    },
    throughput: throughput(tally, gpus),
    cache: { theoretical_cache_hit_rate: tally.blocks > 0 ? tally.hitBlocks / tally.blocks : null },
  }
}

/** When each request ended, in seconds since 1970: doubles as InferenceX makes them, so that a second begins where its does. */
export function endsInS(tally: ProfileTally, result: Result): Float64Array {
  const epochNs = epochOf(result)
  return tally.endsMs.sorted().map((ms) => Number(nanosecondsAt(epochNs, ms)) / 1e9)
}

function completions(tally: ProfileTally, result: Result): object {
  const ends = endsInS(tally, result)
  const counts = completionsPerS(ends)
  if (!counts) return {}
  const figures = counts.length > 0 ? statBlock(counts) : { mean: ends.length / (ends.at(-1)! - ends[0]!) }
  return { window_seconds: 1, samples: counts.length, ...figures }
}

function latencies({ values }: ProfileTally): Record<string, StatBlock> {
  const [itls, fullItls] = [seconds(values.inter_token_latency), seconds(values.full_response_inter_token_latency)]
  // The speed from end to end is told per request already: its reciprocal is the time for one token.
  const perToken = values.e2e_output_token_throughput
    .sorted()
    .filter((speed) => speed > 0)
    .map((speed) => 1 / speed)
    .sort()
  const [itl, fullItl] = [statBlock(itls), statBlock(fullItls)]
  return {
    ttft: statBlock(seconds(values.time_to_first_token)),
    e2el: statBlock(seconds(values.request_latency)),
    itl,
    tpot: itl,
    intvty: reciprocalBlock(itl, itls),
    e2e_norm_intvty: reciprocalBlock(statBlock(perToken), perToken),
    full_response_itl: fullItl,
    full_response_intvty: reciprocalBlock(fullItl, fullItls),
  }
}

/** Latencies above 0: a time of 0 is none to InferenceX. */
function seconds(ms: NumberList): Float64Array {
  return ms
    .sorted()
    .filter((value) => value > 0)
    .map((value) => value / 1000)
}

function throughput(tally: ProfileTally, gpus: number | undefined): object {
  const durationS = (tally.lastDoneMs - tally.firstSentMs) / 1000
  if (!(durationS > 0)) return {}
  const perS = (values: NumberList) => (values.length === 0 ? 0 : meanOf(values.sorted()) * values.length) / durationS
  const [input, output] = [perS(tally.values.input_sequence_length), perS(tally.values.output_sequence_length)]
  const total = input + output
  return {
    input: { tokens_per_second: input },
    output: { tokens_per_second: output },
    total: { tokens_per_second: total },
    duration_seconds: durationS,
    per_gpu:
      gpus === undefined
        ? {}
        : { total_tput_tps: total / gpus, output_tput_tps: output / gpus, input_tput_tps: input / gpus },
  }
}
