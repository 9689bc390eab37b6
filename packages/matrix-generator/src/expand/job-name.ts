import type { AgenticArm, Worker } from '../config/config.ts'
import type { Epoch } from '../epoch/epoch.ts'
import type { JobTopology } from '../job/job.ts'

/** The sequence lengths that have a short name, here and in `--seq-lens`. */
export const sequenceLengths: Readonly<Record<string, readonly [inputTokens: number, outputTokens: number]>> = {
  '1k1k': [1024, 1024],
  '8k1k': [8192, 1024],
}

/** `1k1k`, `8k1k`, or both lengths with an underscore between. */
export function sequenceName(inputTokens: number, outputTokens: number): string {
  const named = Object.entries(sequenceLengths).find(
    ([, [input, output]]) => input === inputTokens && output === outputTokens,
  )
  return named?.[0] ?? `${inputTokens}_${outputTokens}`
}

export interface AgenticNameParts {
  readonly epoch: Epoch
  readonly modelPrefix: string
  readonly topology: JobTopology
  readonly concurrency: number
  readonly arm: AgenticArm
}

/** The experiment name of an agentic job; not unique (it leaves out ep and more), so for people only. */
export function agenticName(parts: AgenticNameParts): string {
  const { epoch, modelPrefix, topology, concurrency, arm } = parts
  if (epoch === 'apr2026') {
    if (topology.kind === 'single')
      return `${modelPrefix}_tp${topology.tp}_conc${concurrency}_offload${arm.offloading.tier}`
    const { prefill, decode } = topology
    return `${modelPrefix}_p${prefill.workers}x${prefill.tp}_d${decode.workers}x${decode.tp}_conc${concurrency}`
  }
  if (topology.kind === 'single') {
    const spec = arm.specDecoding === 'none' ? '' : `_spec-${arm.specDecoding}`
    return `${modelPrefix}_tp${topology.tp}_conc${concurrency}_${offloadTag(arm)}${spec}`
  }
  const suffix = arm.offloading.tier === 'none' ? '' : `_${offloadTag(arm)}`
  return `${modelPrefix}_${roleTag('p', topology.prefill)}_${roleTag('d', topology.decode)}_conc${concurrency}${suffix}`
}

function offloadTag({ offloading: { tier, backend } }: AgenticArm): string {
  return tier === 'none' ? 'kvnone' : `kv${tier}-${backend?.name ?? ''}`
}

function roleTag(role: string, { workers, tp, ep, dpAttn }: Worker): string {
  return `${role}${workers}x${tp}${ep === 1 ? '' : `ep${ep}`}${dpAttn ? 'dpa' : ''}`
}
