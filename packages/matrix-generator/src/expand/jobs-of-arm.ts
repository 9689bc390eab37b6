import { ConfigError, type Problem } from '@reprise/config-file'
import type { AgenticArm, AgenticScenario, Arm, Entry, FixedScenario, SingleTopology } from '../config/config.ts'
import { gpusOf, type Job, type JobTopology } from '../job/job.ts'
import type { Matrix } from '../read/read-matrix.ts'
import { dramBudgetGb, NoDramBudget } from './dram-budget.ts'
import { agenticName, sequenceName } from './job-name.ts'

/** Tokens beyond input and output that a fixed-length job gives the engine. */
const spareTokens = 256

export interface ArmExpansion {
  readonly matrix: Matrix
  readonly entry: Entry
  /** The label, or the nodes of a node filter. */
  readonly runners: readonly string[]
  readonly concurrencies: readonly number[]
  /** Clamps expert parallelism where the line names it. */
  readonly maxEp?: number
}

/** The jobs of a fixed-length line: one per concurrency and runner on a single node, one per runner with all of them on several. */
export function fixedJobs(scenario: FixedScenario, arm: Arm, expansion: ArmExpansion): Job[] {
  const { entry, runners, concurrencies } = expansion
  const { inputTokens, outputTokens } = scenario
  const base: Omit<Job, 'runner' | 'concurrencies'> = {
    ...common(arm, expansion),
    name: `${entry.modelPrefix}_${sequenceName(inputTokens, outputTokens)}`,
    scenario: {
      kind: 'fixed-seq-len',
      inputTokens,
      outputTokens,
      maxModelTokens: inputTokens + outputTokens + spareTokens,
    },
  }
  if (concurrencies.length === 0) return []
  if (entry.multiNode) return runners.map((runner) => ({ ...base, runner, concurrencies }))
  return concurrencies.flatMap((concurrency) =>
    runners.map((runner) => ({ ...base, runner, concurrencies: [concurrency] })),
  )
}

/** The jobs of an agentic line: one per concurrency and runner; runner by runner on several nodes in August, else by concurrency. */
export function agenticJobs(scenario: AgenticScenario, arm: AgenticArm, expansion: ArmExpansion): Job[] {
  const { matrix, entry, runners, concurrencies } = expansion
  const { epoch } = matrix.config
  const base = common(arm, expansion)
  const totalCpuDramGb = budget(scenario, arm, base.topology, expansion)
  const job = (concurrency: number, runner: string): Job => ({
    ...base,
    runner,
    concurrencies: [concurrency],
    name: agenticName({ epoch, modelPrefix: entry.modelPrefix, topology: base.topology, concurrency, arm }),
    scenario: { kind: 'agentic-coding', durationS: scenario.durationS, offloading: arm.offloading, totalCpuDramGb },
  })
  if (entry.multiNode && epoch === 'aug2026') {
    return runners.flatMap((runner) => concurrencies.map((concurrency) => job(concurrency, runner)))
  }
  return concurrencies.flatMap((concurrency) => runners.map((runner) => job(concurrency, runner)))
}

function common(arm: Arm, expansion: ArmExpansion): Omit<Job, 'runner' | 'concurrencies' | 'name' | 'scenario'> {
  const { entry } = expansion
  const topology = topologyOf(arm, expansion)
  return {
    configKey: entry.key,
    image: entry.image,
    model: entry.model,
    modelPrefix: entry.modelPrefix,
    precision: entry.precision,
    framework: entry.framework,
    specDecoding: arm.specDecoding,
    topology,
    disagg: entry.disagg,
    ...(arm.router && { router: arm.router }),
    ...(arm.kvP2pTransfer !== undefined && { kvP2pTransfer: arm.kvP2pTransfer }),
    gpus: gpusOf(topology),
    evaluation: {},
    path: arm.path,
  }
}

function topologyOf(arm: Arm, { entry, maxEp, matrix }: ArmExpansion): JobTopology {
  const { topology } = arm
  if ((topology.kind === 'multi') !== entry.multiNode)
    throw upstreamCrash(arm, matrix, entry.multiNode ? 'prefill' : 'tp')
  return topology.kind === 'multi' ? topology : { kind: 'single', ...filledIn(topology, maxEp) }
}

function filledIn(
  topology: SingleTopology,
  maxEp: number | undefined,
): Omit<Extract<JobTopology, { kind: 'single' }>, 'kind'> {
  const { tp, pp, dcpSize, pcpSize, ep, dpAttn } = topology
  const clamped = ep !== undefined && maxEp !== undefined ? Math.min(ep, maxEp) : ep
  return { tp, pp, dcpSize, pcpSize, ep: clamped ?? 1, dpAttn: dpAttn ?? false }
}

function budget(
  scenario: AgenticScenario,
  arm: AgenticArm,
  topology: JobTopology,
  { entry, matrix }: ArmExpansion,
): number {
  try {
    return dramBudgetGb(scenario, arm, topology, entry.runner, matrix.runners)
  } catch (error) {
    if (!(error instanceof NoDramBudget)) throw error
    throw at(
      arm,
      matrix,
      'dram-hardware',
      `no DRAM budget: ${error.message}`,
      'add the hardware, or write kv-offloading: none',
    )
  }
}

/** What InferenceX's generator dies of while it expands, after its own checks have passed. Only `--compat` gets so far. */
export function upstreamCrash(arm: Arm, matrix: Matrix, field: string): ConfigError {
  return at(
    arm,
    matrix,
    'upstream-crash',
    `InferenceX fails here: the line has no ${field}`,
    'without --compat this is handled',
  )
}

function at(arm: Arm, matrix: Matrix, code: string, message: string, cure: string): ConfigError {
  const place = matrix.place(arm.path)
  const problem: Problem = { severity: 'error', code, ...(place && { place }), message, cure }
  return new ConfigError([problem])
}
