import type { Worker } from '../config/config.ts'
import type { PlannedJob } from './planned-job.ts'
import type { Row } from './row.ts'

/** A job as a row of InferenceX in April 2026. What April's rows have no field for is left out. */
export function aprilRow(job: PlannedJob): Row {
  return job.scenario.kind === 'fixed-seq-len' ? fixedRow(job, job.scenario) : agenticRow(job, job.scenario)
}

function fixedRow(job: PlannedJob, scenario: Extract<PlannedJob['scenario'], { kind: 'fixed-seq-len' }>): Row {
  return {
    ...identity(job),
    isl: scenario.inputTokens,
    osl: scenario.outputTokens,
    ...shape(job),
    'spec-decoding': job.specDecoding,
    conc: job.topology.kind === 'single' ? job.concurrencies[0]! : job.concurrencies,
    'max-model-len': scenario.maxModelTokens,
    'exp-name': job.name,
    disagg: job.disagg,
    ...evaluation(job),
  }
}

function agenticRow(job: PlannedJob, scenario: Extract<PlannedJob['scenario'], { kind: 'agentic-coding' }>): Row {
  const common = { conc: job.concurrencies[0]!, duration: scenario.durationS, 'exp-name': job.name }
  if (job.topology.kind === 'single') {
    return {
      ...identity(job),
      ...shape(job),
      ...common,
      offloading: scenario.offloading.tier,
      'scenario-type': 'agentic-coding',
    }
  }
  return {
    ...identity(job),
    'spec-decoding': job.specDecoding,
    ...shape(job),
    ...common,
    disagg: job.disagg,
    'scenario-type': 'agentic-coding',
  }
}

function identity(job: PlannedJob): Row {
  return {
    image: job.image,
    model: job.model,
    'model-prefix': job.modelPrefix,
    precision: job.precision,
    framework: job.framework,
    runner: job.runner,
  }
}

function shape({ topology }: PlannedJob): Row {
  if (topology.kind === 'multi') return { prefill: workerRow(topology.prefill), decode: workerRow(topology.decode) }
  return { tp: topology.tp, ep: topology.ep, 'dp-attn': topology.dpAttn }
}

function workerRow(worker: Worker): Row {
  return {
    'num-worker': worker.workers,
    tp: worker.tp,
    ep: worker.ep,
    'dp-attn': worker.dpAttn,
    ...(worker.additionalSettings && { 'additional-settings': worker.additionalSettings }),
  }
}

function evaluation({ evaluation: { run, only, concurrency } }: PlannedJob): Row {
  return {
    'run-eval': run ?? false,
    ...(concurrency !== undefined && { 'eval-conc': concurrency }),
    ...(only && { 'eval-only': only }),
  }
}
