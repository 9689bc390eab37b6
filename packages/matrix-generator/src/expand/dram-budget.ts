import { quoted } from '@reprise/config-file'
import type { AgenticArm, AgenticScenario } from '../config/config.ts'
import { gpusOf, type JobTopology } from '../job/job.ts'
import type { Runners } from '../runners/runners.ts'

/** Three decimal terabytes, MiB: more DRAM than that is not counted. */
const maxDramMib = 2_861_022n
const bytesPerMib = 1_048_576n
const bytesPerGb = 1_000_000_000n

/** Thrown where a budget cannot be derived; the caller knows the place. */
export class NoDramBudget extends Error {
  override readonly name = 'NoDramBudget'
}

/**
 * DRAM that KV offloading of one server may take on its node, GB of 10^9 bytes, rounded down: the node's DRAM times the
 * utilization times the share of its GPUs in use. 0 without offloading to DRAM. For several nodes the prefill replica counts.
 *
 * Source: InferenceX of August 2026; docs of its master files. Exact arithmetic, as there.
 *
 * @throws NoDramBudget if runners.yaml has no hardware for the label or the shape does not fit its nodes.
 */
export function dramBudgetGb(
  scenario: AgenticScenario,
  arm: AgenticArm,
  topology: JobTopology,
  label: string,
  runners: Runners,
): number {
  if (arm.offloading.tier !== 'dram') return 0
  const hardware = runners.hardware.get(label)
  if (hardware === undefined) throw new NoDramBudget(`runners.yaml has no hardware for ${quoted(label)}`)
  const gpus = gpusOnNode(topology, hardware.gpusPerNode)
  const available = BigInt(hardware.availableDramMib)
  const mib = available < maxDramMib ? available : maxDramMib
  const { digits, scale } = decimal(scenario.dramUtilization ?? 0)
  const numerator = mib * bytesPerMib * digits * BigInt(gpus)
  return Number(numerator / (scale * BigInt(hardware.gpusPerNode) * bytesPerGb))
}

/** GPUs of one server on one node. */
function gpusOnNode(topology: JobTopology, perNode: number): number {
  const single = topology.kind === 'single'
  const role = single ? topology : topology.prefill
  const gpus = single ? gpusOf(topology) : role.tp * role.pp * role.pcpSize
  if (gpus > perNode) {
    if (single) throw new NoDramBudget(`${gpus} GPUs do not fit a node with ${perNode}`)
    if (gpus % perNode !== 0) throw new NoDramBudget(`a replica of ${gpus} GPUs does not fill nodes of ${perNode}`)
    return perNode
  }
  if (!single && perNode % gpus !== 0)
    throw new NoDramBudget(`a replica of ${gpus} GPUs does not divide a node of ${perNode}`)
  return gpus
}

/** A number from 0 to 1 as the decimal fraction it is written as. */
function decimal(value: number): { readonly digits: bigint; readonly scale: bigint } {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), scale: 10n ** BigInt(fraction.length - Number(exponent)) }
}
