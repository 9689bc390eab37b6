import { gpuOf, type Row, type RowValue, type SweepJob } from '@reprise/matrix-generator'
import type { Identity } from './run-header.ts'

/** What a job's row says of the deployment that it measures; an endpoint tells the rest. */
export interface JobIdentity {
  readonly point: string
  readonly hardware: string
  readonly gpus: number
  readonly precision?: string
  readonly image?: string
  readonly topology: NonNullable<Identity['topology']>
}

/** The part of a result's identity that comes from the job and not from the endpoint. */
export function identityOfJob({ id, gpus, row }: SweepJob): JobIdentity {
  const text = (key: string) => (typeof row[key] === 'string' ? row[key] : undefined)
  const precision = text('precision')
  const image = text('image')
  return {
    point: id,
    hardware: gpuOf(text('runner') ?? 'unknown'),
    gpus,
    ...(precision !== undefined && { precision }),
    ...(image !== undefined && { image }),
    topology: topologyOf(row),
  }
}

/** The lane counts that the job measures, each a run. */
export function lanesOfJob({ row: { conc } }: SweepJob): number[] {
  const all = Array.isArray(conc) ? (conc as readonly RowValue[]) : [conc]
  return all.filter((each): each is number => typeof each === 'number' && Number.isSafeInteger(each) && each > 0)
}

/** Row fields that set apart deployments of one model on one kind of hardware. */
const topologyFields = [
  'tp',
  'pp',
  'dcp-size',
  'pcp-size',
  'ep',
  'dp-attn',
  'prefill',
  'decode',
  'disagg',
  'spec-decoding',
  'offloading',
  'kv-offloading',
  'kv-offload-backend',
  'router',
  'kv-p2p-transfer',
]

function topologyOf(row: Row): NonNullable<Identity['topology']> {
  const found = topologyFields.flatMap((field) => flattened(field, row[field]))
  return Object.fromEntries(found)
}

/** Nested fields under dotted names: `prefill.num-worker`. */
function flattened(name: string, value: RowValue | undefined): [string, string | number | boolean][] {
  if (value === undefined) return []
  if (typeof value !== 'object') return [[name, value]]
  if (Array.isArray(value)) return [[name, value.map(String).join(' ')]]
  return Object.entries(value).flatMap(([key, each]) => flattened(`${name}.${key}`, each))
}
