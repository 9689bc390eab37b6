import { quantile } from '@reprise/trace/quantile'
import { datasetOf } from '../run/dataset.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { epochOf, nanosecondsAt } from './epoch.ts'
import { type ProfileTag, profileUnits } from './profile-metrics.ts'
import type { ProfileTally } from './profile-tally.ts'

/**
 * A run as AIPerf's `profile_export_aiperf.json`: a block for each metric, those that are one number with `avg` alone.
 *
 * Source: AIPerf, docs/reference/json-export-schema.md (1.4), and metrics/metric_dicts.py: percentiles linear at rank (n-1)p, `std` of the
 * population.
 */
export function profileSummary({ result, identity }: ExportedRun, tally: ProfileTally): object {
  const epochNs = epochOf(result)
  const { completeness, provenance } = result
  const distributions = (Object.keys(profileUnits) as ProfileTag[]).flatMap((tag) => {
    const block = distributionBlock(tally.values[tag].sorted(), profileUnits[tag])
    return block ? [[tag, block]] : []
  })
  const gaps = distributionBlock(tally.chunkGapsMs.sorted(), 'ms')
  const span = tally.profiled > 0 && {
    start_time: isoOf(nanosecondsAt(epochNs, tally.firstSentMs)),
    end_time: isoOf(nanosecondsAt(epochNs, tally.lastDoneMs)),
  }
  return {
    schema_version: '1.4',
    benchmark_id: provenance.planDigest.slice(0, 12),
    ...Object.fromEntries(distributions),
    ...(gaps && { inter_chunk_latency: gaps }),
    ...scalars(tally),
    ...(result.goodput && {
      good_request_count: scalar('requests', result.goodput.good),
      ...(result.goodput.requestsPerS !== undefined && {
        goodput: scalar('requests/sec', result.goodput.requestsPerS),
      }),
    }),
    ...(tally.blocks > 0 && {
      theoretical_prefix_cache_hit: {
        unit: '%',
        avg: (100 * tally.hitBlocks) / tally.blocks,
        count: tally.blocks,
        sum: tally.hitBlocks,
      },
    }),
    ...span,
    was_cancelled: completeness.ended === 'interrupted' || completeness.ended === 'aborted',
    is_complete: completeness.ended !== 'killed',
    error_summary: [...tally.errorDetails.values()].map(({ details, count }) => ({ error_details: details, count })),
    run_info: {
      benchmark_id: provenance.planDigest.slice(0, 12),
      random_seed: provenance.seed,
      trial: 0,
      run_label: identity.conc === undefined ? 'run_0001' : `concurrency_${identity.conc}`,
      variation_label: 'base',
      variation_index: 0,
      variation_values: {},
      cli_command: provenance.command,
    },
    metadata: metadataOf(result),
  }
}

/** The dataset, and whether the run is one that AgentX takes: where a preset has rules for it. */
function metadataOf(result: ExportedRun['result']): object {
  const { provenance, submission } = result
  return {
    dataset: datasetOf(result),
    scenario: provenance.preset.name,
    ...(submission && { submission_valid: submission.official, submission_invalid_reasons: submission.reasons }),
  }
}

function scalars(tally: ProfileTally): object {
  const [isl, osl] = [sumOf(tally, 'input_sequence_length'), sumOf(tally, 'output_sequence_length')]
  const durationS = (tally.lastDoneMs - tally.firstSentMs) / 1000
  const rates = durationS > 0 && {
    benchmark_duration: scalar('sec', durationS),
    request_throughput: scalar('requests/sec', tally.profiled / durationS),
    output_token_throughput: scalar('tokens/sec', osl / durationS),
    input_token_throughput: scalar('tokens/sec', isl / durationS),
    total_token_throughput: scalar('tokens/sec', (isl + osl) / durationS),
  }
  return {
    request_count: scalar('requests', tally.profiled),
    error_request_count: scalar('requests', tally.profilingErrors),
    completed_request_count: scalar('requests', tally.profiled + tally.profilingErrors),
    total_isl: scalar('tokens', isl),
    total_osl: scalar('tokens', osl),
    ...rates,
  }
}

function sumOf({ values }: ProfileTally, tag: ProfileTag): number {
  return values[tag].sorted().reduce((sum, value) => sum + value, 0)
}

function scalar(unit: string, avg: number): object {
  return { unit, avg }
}

const shares = [1, 5, 10, 25, 50, 75, 90, 95, 99]

function distributionBlock(sorted: Float64Array, unit: string): object | undefined {
  const count = sorted.length
  if (count === 0) return undefined
  const sum = sorted.reduce((total, value) => total + value, 0)
  const avg = sum / count
  const variance = sorted.reduce((total, value) => total + (value - avg) ** 2, 0) / count
  const percentiles = shares.map((share) => [`p${share}`, quantile(sorted, share / 100)])
  return {
    unit,
    avg,
    ...Object.fromEntries(percentiles),
    min: sorted[0],
    max: sorted[count - 1],
    std: Math.sqrt(variance),
    count,
    sum,
  }
}

function isoOf(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString()
}
