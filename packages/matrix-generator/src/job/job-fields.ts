import type { Worker } from '../config/config.ts'
import type { Job } from './job.ts'
import type { PlannedJob } from './planned-job.ts'

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

/** A job's answers; what it has no word about is absent. */
export type JobView = ReadonlyMap<JobField, FieldValue>

/** Is it a field that a recipe may name? */
export function isJobField(name: string): name is JobField {
  return Object.hasOwn(jobFields, name)
}

/** The job as recipes see it, one view for the jobs of both public forms. */
export function viewJob({ job, gpus }: { readonly job: PlannedJob; readonly gpus: number }): JobView {
  const view: Partial<Record<JobField, FieldValue | undefined>> = {
    image: job.image,
    model: job.model,
    'model-prefix': job.modelPrefix,
    precision: job.precision,
    framework: job.framework,
    runner: job.runner,
    'scenario-type': job.scenario.kind,
    conc: Math.max(...job.concurrencies),
    gpus,
    ...viewTopology(job.topology),
    'spec-decoding': job.specDecoding,
    ...viewScenario(job.scenario),
    disagg: job.disagg,
    router: job.router?.name,
    'kv-p2p-transfer': job.kvP2pTransfer,
    'run-eval': job.evaluation.run ?? false,
    'eval-only': job.evaluation.only ?? false,
  }
  return new Map(Object.entries(view).filter((pair): pair is [JobField, FieldValue] => pair[1] !== undefined))
}

type Answers = Partial<Record<JobField, FieldValue | undefined>>

function viewTopology(topology: Job['topology']): Answers {
  if (topology.kind === 'multi') {
    const { prefill, decode } = topology
    return { multinode: true, ...prefixed('prefill', viewWorker(prefill)), ...prefixed('decode', viewWorker(decode)) }
  }
  return {
    multinode: false,
    tp: topology.tp,
    pp: topology.pp,
    'dcp-size': topology.dcpSize,
    'pcp-size': topology.pcpSize,
    ep: topology.ep,
    'dp-attn': topology.dpAttn,
  }
}

function viewWorker({ workers, tp, ep, dpAttn }: Worker): Record<keyof typeof worker, FieldValue> {
  return { 'num-worker': workers, tp, ep, 'dp-attn': dpAttn }
}

function viewScenario(scenario: Job['scenario']): Answers {
  if (scenario.kind === 'agentic-coding') return { duration: scenario.durationS, ...viewOffloading(scenario) }
  const { inputTokens, outputTokens, maxModelTokens } = scenario
  return { 'kv-offloading': 'none', isl: inputTokens, osl: outputTokens, 'max-model-len': maxModelTokens }
}

/**
 * April's `cpu` is `dram` through the engine's own backend, and may take 600 GB, which is what its workflow gave.
 *
 * Source: InferenceX at PR #1201, benchmark-tmpl.yml, `total-cpu-dram-gb`.
 */
function viewOffloading({ offloading, totalCpuDramGb }: Extract<Job['scenario'], { kind: 'agentic-coding' }>): Answers {
  const { tier, backend } = offloading
  if (tier === 'cpu') return { 'kv-offloading': 'dram', 'kv-offload-backend': 'native', 'total-cpu-dram-gb': 600 }
  return { 'kv-offloading': tier, 'kv-offload-backend': backend?.name, 'total-cpu-dram-gb': totalCpuDramGb }
}

type Prefixed<P extends string, T> = { readonly [K in keyof T & string as `${P}.${K}`]: T[K] }

function prefixed<P extends string, T extends object>(prefix: P, fields: T): Prefixed<P, T> {
  return Object.fromEntries(Object.entries(fields).map(([key, kind]) => [`${prefix}.${key}`, kind])) as Prefixed<P, T>
}
