import type { Row, RowValue } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { Shape } from './explain-recipe.ts'
import { viewJob } from './job-fields.ts'

/** `agentic-coding, tp 4, ep 4` and below it where, and at which concurrencies. */
export function headOfShape({ configKey, row, gpus, concurrencies }: Shape): string {
  const view = viewJob({ row, gpus })
  const lengths = view.has('isl') ? ` ${view.get('isl')}/${view.get('osl')}` : ''
  const parts = [
    `${view.get('scenario-type')}${lengths}`,
    ...(row.prefill === undefined
      ? topology(row)
      : [...roleOf('prefill', row.prefill), ...roleOf('decode', row.decode)]),
    ...offload(row, view.get('kv-offloading')),
  ]
  const shown = concurrencies.length > 1 ? `; shown: ${concurrencies[0]}` : ''
  const where = `${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'} on ${view.get('runner')}`
  const title = `${configKey}: ${parts.join(', ')}`
  return `${printable(title, 400)}\n  ${printable(`${where}, conc ${concurrencies.join(' ')}${shown}`, 400)}`
}

function topology(row: Row): string[] {
  const wide = (['pp', 'dcp-size', 'pcp-size', 'ep'] as const).filter((key) => row[key] !== undefined && row[key] !== 1)
  return [
    `tp ${row.tp}`,
    ...wide.map((key) => `${key} ${String(row[key])}`),
    ...(row['dp-attn'] === true ? ['dp-attn'] : []),
    ...(row['spec-decoding'] === undefined || row['spec-decoding'] === 'none' ? [] : [`spec ${row['spec-decoding']}`]),
  ]
}

function roleOf(role: string, worker: RowValue | undefined): string[] {
  if (typeof worker !== 'object' || Array.isArray(worker)) return []
  const { 'num-worker': workers, tp, ep, 'dp-attn': dpAttn } = worker as Row
  return [`${role} ${String(workers)} x tp ${String(tp)} ep ${String(ep)}${dpAttn === true ? ' dp-attn' : ''}`]
}

function offload(row: Row, tier: unknown): string[] {
  if (tier === undefined || tier === 'none') return []
  const size = row['total-cpu-dram-gb']
  return [`KV to ${String(tier)}${size === undefined ? '' : ` ${String(size)} GB`}`]
}
