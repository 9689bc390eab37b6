import { type JobField, type JobView, type PlannedJob, viewJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { Shape } from './explain-recipe.ts'

/** `agentic-coding, tp 4, ep 4` and below it where, and at which concurrencies. */
export function headOfShape({ configKey, job, gpus, concurrencies }: Shape): string {
  const view = viewJob({ job, gpus })
  const { scenario, topology } = job
  const lengths = scenario.kind === 'fixed-seq-len' ? ` ${scenario.inputTokens}/${scenario.outputTokens}` : ''
  const parts = [
    `${scenario.kind}${lengths}`,
    ...(topology.kind === 'single'
      ? oneNode(view)
      : [roleOf('prefill', topology.prefill), roleOf('decode', topology.decode)]),
    ...offload(view),
  ]
  const shown = concurrencies.length > 1 ? `; shown: ${concurrencies[0]}` : ''
  const where = `${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'} on ${job.runner}`
  const title = `${configKey}: ${parts.join(', ')}`
  return `${printable(title, 400)}\n  ${printable(`${where}, conc ${concurrencies.join(' ')}${shown}`, 400)}`
}

const wideFields: readonly JobField[] = ['pp', 'dcp-size', 'pcp-size', 'ep']

function oneNode(view: JobView): string[] {
  const wide = wideFields.filter((field) => view.get(field) !== 1)
  const speculation = view.get('spec-decoding')
  return [
    `tp ${view.get('tp')}`,
    ...wide.map((field) => `${field} ${view.get(field)}`),
    ...(view.get('dp-attn') === true ? ['dp-attn'] : []),
    ...(speculation === 'none' ? [] : [`spec ${speculation}`]),
  ]
}

type Worker = Extract<PlannedJob['topology'], { kind: 'multi' }>['prefill']

function roleOf(role: string, { workers, tp, ep, dpAttn }: Worker): string {
  return `${role} ${workers} x tp ${tp} ep ${ep}${dpAttn ? ' dp-attn' : ''}`
}

function offload(view: JobView): string[] {
  const tier = view.get('kv-offloading')
  if (tier === 'none') return []
  const size = tier === 'dram' ? ` ${view.get('total-cpu-dram-gb')} GB` : ''
  return [`KV to ${tier}${size}`]
}
