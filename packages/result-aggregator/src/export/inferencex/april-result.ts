import { NumberList } from '../../measure/number-list.ts'
import { epochOf } from '../aiperf/epoch.ts'
import type { ExportedRun } from '../run/exported-run.ts'
import { meanOf } from '../run/mean-of.ts'
import { aprilRow } from './april-rows.ts'
import { completionsPerS } from './completion-rate.ts'
import { aprilDeploymentFields } from './deployment-fields.ts'
import { identityFields } from './identity-fields.ts'
import { aprilServerFields } from './server-metrics.ts'
import { aprilStatBlock, flattened } from './stat-block.ts'

/**
 * A run as InferenceX's aggregate of an agentic job, in the flat form of April 2026. There the speed of a reply is told by percentiles of the
 * speeds, so that a high one is the fast end.
 *
 * Source: InferenceX, process_agentic_result.py (980d61041, 2026-04).
 */
export async function aprilResult({ records, result, identity, blockSize }: ExportedRun): Promise<object> {
  const epochNs = epochOf(result)
  const lists = newLists()
  let [rows, hits, misses] = [0, 0, 0]
  for await (const record of records()) {
    const row = aprilRow(record, { blockSize, epochNs })
    if (!row) continue
    rows += 1
    hits += row.cache_hit_blocks
    misses += row.cache_miss_blocks
    if (row.success !== 'True') continue
    lists.ends.push(row.request_complete_time)
    lists.starts.push(row.request_start_time)
    for (const name of ['input_tokens', 'output_tokens_expected', 'output_tokens_actual'] as const)
      lists[name].push(row[name])
    if (row.ttft > 0) lists.ttft.push(row.ttft)
    if (row.ttlt > 0) lists.e2el.push(row.ttlt)
    if (row.itl > 0) lists.itl.push(row.itl)
    if (row.itl > 0) lists.intvty.push(1 / row.itl)
  }
  const { common, own } = aprilDeploymentFields(identity)
  return {
    ...identityFields(identity),
    users: identity.conc,
    scenario_type: 'agentic-coding',
    ...common,
    offloading: identity.offloading === 'dram' ? 'cpu' : identity.offloading,
    num_requests_total: rows,
    num_requests_successful: lists.ends.length,
    ...own,
    ...completions(lists.ends.sorted()),
    ...flattened(aprilStatBlock(lists.ttft.sorted()), 'ttft'),
    ...flattened(aprilStatBlock(lists.e2el.sorted()), 'e2el'),
    ...flattened(aprilStatBlock(lists.itl.sorted()), 'itl'),
    ...flattened(aprilStatBlock(lists.itl.sorted()), 'tpot'),
    ...flattened(aprilStatBlock(lists.intvty.sorted()), 'intvty'),
    ...flattened(aprilStatBlock(lists.input_tokens.sorted()), 'input_tokens'),
    ...flattened(aprilStatBlock(lists.output_tokens_expected.sorted()), 'output_tokens_expected'),
    ...flattened(aprilStatBlock(lists.output_tokens_actual.sorted()), 'output_tokens_actual'),
    theoretical_cache_hit_rate: hits + misses > 0 ? hits / (hits + misses) : null,
    ...aprilServerFields(result.server),
    ...throughput(lists, identity.gpus),
  }
}

function newLists() {
  return {
    ends: new NumberList(),
    starts: new NumberList(),
    ttft: new NumberList(),
    e2el: new NumberList(),
    itl: new NumberList(),
    intvty: new NumberList(),
    input_tokens: new NumberList(),
    output_tokens_expected: new NumberList(),
    output_tokens_actual: new NumberList(),
  }
}

function completions(ends: Float64Array): object {
  const counts = completionsPerS(ends)
  if (!counts) return {}
  return counts.length > 0
    ? flattened(aprilStatBlock(counts), 'qps')
    : { mean_qps: ends.length / (ends.at(-1)! - ends[0]!) }
}

function throughput(lists: ReturnType<typeof newLists>, gpus: number | undefined): object {
  const [starts, ends] = [lists.starts.sorted(), lists.ends.sorted()]
  const durationS = ends.length < 2 ? 0 : ends.at(-1)! - starts[0]!
  if (durationS <= 0) return {}
  const perS = (list: NumberList) => (meanOf(list.sorted()) * list.length) / durationS
  const [input, output] = [perS(lists.input_tokens), perS(lists.output_tokens_actual)]
  return {
    input_tput_tps: input,
    output_tput_tps: output,
    total_tput_tps: input + output,
    duration_seconds: durationS,
    ...(gpus !== undefined && {
      tput_per_gpu: (input + output) / gpus,
      output_tput_per_gpu: output / gpus,
      input_tput_per_gpu: input / gpus,
    }),
  }
}
