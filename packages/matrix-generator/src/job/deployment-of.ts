import type { Epoch } from '../epoch/epoch.ts'
import type { PlannedJob } from './planned-job.ts'
import type { Row, RowValue } from './row.ts'
import { rowOf } from './row-of.ts'

/** Row fields that set apart deployments of one model on one kind of hardware. */
const deploymentFields = [
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

/** What a result tells of the topology of a job, under the names of the row; nested fields have dotted ones: `prefill.num-worker`. */
export function deploymentOf(job: PlannedJob, epoch: Epoch): Record<string, string | number | boolean> {
  const row: Row = rowOf(job, epoch)
  return Object.fromEntries(deploymentFields.flatMap((field) => flattened(field, row[field])))
}

function flattened(name: string, value: RowValue | undefined): [string, string | number | boolean][] {
  if (value === undefined) return []
  if (typeof value !== 'object') return [[name, value]]
  if (Array.isArray(value)) return [[name, value.map(String).join(' ')]]
  return Object.entries(value).flatMap(([key, each]) => flattened(`${name}.${key}`, each))
}
