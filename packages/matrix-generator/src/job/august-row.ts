import type { Offloading, Worker } from '../config/config.ts'
import type { PlannedJob } from './planned-job.ts'
import type { Row } from './row.ts'

/** A job as a row of InferenceX in August 2026. */
export function augustRow(job: PlannedJob): Row {
  return {
    image: job.image,
    model: job.model,
    'model-prefix': job.modelPrefix,
    precision: job.precision,
    framework: job.framework,
    runner: job.runner,
    ...lengths(job),
    'spec-decoding': job.specDecoding,
    ...shape(job),
    conc: job.topology.kind === 'single' ? job.concurrencies[0]! : job.concurrencies,
    ...scenarioFields(job),
    'exp-name': job.name,
    ...(isAgenticSingle(job) ? {} : { disagg: job.disagg }),
    ...(job.router && { router: { name: job.router.name, version: job.router.version } }),
    ...(job.kvP2pTransfer !== undefined && { 'kv-p2p-transfer': job.kvP2pTransfer }),
    ...evaluation(job),
  }
}

function isAgenticSingle({ scenario, topology }: PlannedJob): boolean {
  return scenario.kind === 'agentic-coding' && topology.kind === 'single'
}

function lengths({ scenario }: PlannedJob): Row {
  return scenario.kind === 'fixed-seq-len' ? { isl: scenario.inputTokens, osl: scenario.outputTokens } : {}
}

function scenarioFields({ scenario }: PlannedJob): Row {
  if (scenario.kind === 'fixed-seq-len') return { 'max-model-len': scenario.maxModelTokens }
  return {
    'kv-offloading': scenario.offloading.tier,
    ...backend(scenario.offloading),
    'total-cpu-dram-gb': scenario.totalCpuDramGb,
    duration: scenario.durationS,
    'scenario-type': 'agentic-coding',
  }
}

function backend({ backend: named }: Offloading): Row {
  if (named === undefined) return {}
  return { 'kv-offload-backend': { name: named.name, ...(named.version !== undefined && { version: named.version }) } }
}

function shape({ topology }: PlannedJob): Row {
  if (topology.kind === 'multi') return { prefill: workerRow(topology.prefill), decode: workerRow(topology.decode) }
  return {
    tp: topology.tp,
    pp: topology.pp,
    'dcp-size': topology.dcpSize,
    'pcp-size': topology.pcpSize,
    ep: topology.ep,
    'dp-attn': topology.dpAttn,
  }
}

function workerRow(worker: Worker): Row {
  return {
    'num-worker': worker.workers,
    tp: worker.tp,
    pp: worker.pp,
    'dcp-size': worker.dcpSize,
    'pcp-size': worker.pcpSize,
    ep: worker.ep,
    'dp-attn': worker.dpAttn,
    ...(worker.hardware !== undefined && { hardware: worker.hardware }),
    ...(worker.additionalSettings && { 'additional-settings': worker.additionalSettings }),
  }
}

function evaluation({ evaluation: { run, only, concurrency, allConcurrencies } }: PlannedJob): Row {
  return {
    ...(run !== undefined && { 'run-eval': run }),
    ...(concurrency !== undefined && { 'eval-conc': concurrency }),
    ...(allConcurrencies && { 'eval-all-concs': allConcurrencies }),
    ...(only && { 'eval-only': only }),
  }
}
