import type { Row, RowValue } from '@reprise/matrix-generator'

type Kind = 'text' | 'number' | 'boolean' | readonly string[]

const worker = { 'num-worker': 'number', tp: 'number', ep: 'number', 'dp-attn': 'boolean' } as const

/** What a recipe may ask of a job, and the kind of each answer; a list names the only answers there are. */
export const jobFields = {
  image: 'text',
  model: 'text',
  'model-prefix': 'text',
  precision: 'text',
  framework: 'text',
  runner: 'text',
  'scenario-type': ['fixed-seq-len', 'agentic-coding'],
  /** The highest where one server is measured at several. */
  conc: 'number',
  gpus: 'number',
  multinode: 'boolean',
  tp: 'number',
  pp: 'number',
  'dcp-size': 'number',
  'pcp-size': 'number',
  ep: 'number',
  'dp-attn': 'boolean',
  'spec-decoding': ['none', 'mtp', 'draft_model'],
  'kv-offloading': ['none', 'dram', 'ssd'],
  'kv-offload-backend': 'text',
  'total-cpu-dram-gb': 'number',
  duration: 'number',
  isl: 'number',
  osl: 'number',
  'max-model-len': 'number',
  disagg: 'boolean',
  router: 'text',
  'kv-p2p-transfer': 'text',
  'run-eval': 'boolean',
  'eval-only': 'boolean',
  ...prefixed('prefill', worker),
  ...prefixed('decode', worker),
} as const satisfies Record<string, Kind>

export type JobField = keyof typeof jobFields
export type FieldValue = string | number | boolean

/** A job's answers; a field that its row has no word about is absent. */
export type JobView = ReadonlyMap<JobField, FieldValue>

/** Is it a field that a recipe may name? */
export function isJobField(name: string): name is JobField {
  return Object.hasOwn(jobFields, name)
}

/**
 * The job as recipes see it, one view for the rows of both public forms. April's `offloading: cpu` is `kv-offloading: dram`
 * through the engine's own backend, and may take 600 GB, which is what its workflow gave.
 *
 * Source: InferenceX at PR #1201, benchmark-tmpl.yml, `total-cpu-dram-gb`.
 */
export function viewJob({ row, gpus }: { readonly row: Row; readonly gpus: number }): JobView {
  const view: Partial<Record<JobField, RowValue | undefined>> = {
    ...row,
    'scenario-type': row['scenario-type'] ?? 'fixed-seq-len',
    conc: Array.isArray(row.conc) ? Math.max(...row.conc.filter((each) => typeof each === 'number')) : row.conc,
    gpus,
    multinode: row.prefill !== undefined,
    ...(row.prefill === undefined && contextDefaults(row)),
    'spec-decoding': row['spec-decoding'] ?? 'none',
    ...offloading(row),
    router: nameOf(row.router),
    disagg: row.disagg ?? false,
    'run-eval': row['run-eval'] ?? false,
    'eval-only': row['eval-only'] ?? false,
    ...workerView('prefill', row.prefill),
    ...workerView('decode', row.decode),
  }
  return new Map(
    Object.entries(view).filter((pair): pair is [JobField, FieldValue] => isJobField(pair[0]) && isFieldValue(pair[1])),
  )
}

/** April's rows know tensor and expert parallelism alone. */
function contextDefaults(row: Row): Row {
  return { pp: row.pp ?? 1, 'dcp-size': row['dcp-size'] ?? 1, 'pcp-size': row['pcp-size'] ?? 1 }
}

const aprilTiers: Readonly<Record<string, string>> = { none: 'none', cpu: 'dram', ssd: 'ssd' }

function offloading(row: Row): Partial<Record<JobField, RowValue | undefined>> {
  const { offloading: april } = row
  if (typeof april !== 'string') {
    return { 'kv-offloading': row['kv-offloading'] ?? 'none', 'kv-offload-backend': nameOf(row['kv-offload-backend']) }
  }
  const tier = Object.hasOwn(aprilTiers, april) ? aprilTiers[april]! : april
  if (tier !== 'dram') return { 'kv-offloading': tier }
  return { 'kv-offloading': tier, 'kv-offload-backend': 'native', 'total-cpu-dram-gb': 600 }
}

/** The name of a component, `{name, version}`. */
function nameOf(component: RowValue | undefined): RowValue | undefined {
  return isMapping(component) ? component.name : undefined
}

function workerView(role: 'prefill' | 'decode', row: RowValue | undefined): Partial<Record<JobField, RowValue>> {
  if (!isMapping(row)) return {}
  return Object.fromEntries(Object.keys(worker).flatMap((key) => (key in row ? [[`${role}.${key}`, row[key]]] : [])))
}

function isMapping(value: RowValue | undefined): value is Row {
  return typeof value === 'object' && !Array.isArray(value)
}

function isFieldValue(value: unknown): value is FieldValue {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  )
}

type Prefixed<P extends string, T> = { readonly [K in keyof T & string as `${P}.${K}`]: T[K] }

function prefixed<P extends string, T extends object>(prefix: P, fields: T): Prefixed<P, T> {
  return Object.fromEntries(Object.entries(fields).map(([key, kind]) => [`${prefix}.${key}`, kind])) as Prefixed<P, T>
}
