import type { Job } from '../job/job.ts'
import type { Runners } from '../runners/runners.ts'

/** What a job is assumed to take beside what its row says. Rough on purpose; every field can be set from experience. */
export interface EstimateAssumptions {
  /** From allocation to a ready server: image, weights, compilation. */
  readonly startupS: number
  /** The same over several nodes. */
  readonly multiNodeStartupS: number
  /** Warm-up of an agentic replay before its window opens. */
  readonly agenticWarmupS: number
  readonly evaluationS: number
  /** Prefill of one request while others decode, seconds per 1,000 input tokens. */
  readonly prefillSPer1k: number
  /** Seconds per output token. */
  readonly tokenS: number
}

/** Middle values of public runs; the fixed-length client sends 12 requests per concurrency slot (2 of them warm-up). */
export const defaultAssumptions: EstimateAssumptions = {
  startupS: 900,
  multiNodeStartupS: 1500,
  agenticWarmupS: 300,
  evaluationS: 1200,
  prefillSPer1k: 0.25,
  tokenS: 0.03,
}

const requestsPerSlot = 12

export interface SweepEstimate {
  readonly jobs: number
  /** GPUs of each job times its time, summed. */
  readonly gpuHours: number
  /** Until the last job ends, if every runner that runners.yaml names is free and takes one job at a time. */
  readonly wallHours: number
  /** Jobs that no runner can take; they are in `gpuHours` and not in `wallHours`. */
  readonly jobsWithoutRunner: number
  readonly byRunner: readonly RunnerEstimate[]
}

export interface RunnerEstimate {
  readonly runner: string
  readonly jobs: number
  readonly gpuHours: number
  readonly nodes: number
}

/** Seconds that one job holds its GPUs. */
export function jobSeconds(job: Job, assumptions: EstimateAssumptions = defaultAssumptions): number {
  const startup = job.topology.kind === 'multi' ? assumptions.multiNodeStartupS : assumptions.startupS
  const evaluation = job.evaluation.run ? assumptions.evaluationS * evaluatedConcurrencies(job) : 0
  return startup + evaluation + (job.evaluation.only ? 0 : measurementS(job, assumptions))
}

/** What a sweep costs before it is dispatched: GPU hours, and hours until it is done on the fleets of runners.yaml. */
export function estimateSweep(
  jobs: readonly Job[],
  runners: Runners,
  assumptions: EstimateAssumptions = defaultAssumptions,
): SweepEstimate {
  const freeAtS = new Map<string, number>()
  let lastS = 0
  let jobsWithoutRunner = 0
  for (const job of jobs) {
    const nodes = nodesFor(job.runner, runners)
    if (nodes.length === 0) {
      jobsWithoutRunner++
      continue
    }
    const node = nodes.reduce((best, other) => ((freeAtS.get(other) ?? 0) < (freeAtS.get(best) ?? 0) ? other : best))
    const endS = (freeAtS.get(node) ?? 0) + jobSeconds(job, assumptions)
    freeAtS.set(node, endS)
    lastS = Math.max(lastS, endS)
  }
  const byRunner = [...Map.groupBy(jobs, (job) => job.runner)].map(([runner, group]) => ({
    runner,
    jobs: group.length,
    gpuHours: gpuHoursOf(group, assumptions),
    nodes: nodesFor(runner, runners).length,
  }))
  return {
    jobs: jobs.length,
    gpuHours: gpuHoursOf(jobs, assumptions),
    wallHours: lastS / 3600,
    jobsWithoutRunner,
    byRunner,
  }
}

function measurementS(job: Job, { agenticWarmupS, prefillSPer1k, tokenS }: EstimateAssumptions): number {
  if (job.scenario.kind === 'agentic-coding')
    return (job.scenario.durationS + agenticWarmupS) * job.concurrencies.length
  const { inputTokens, outputTokens } = job.scenario
  const requestS = (inputTokens / 1000) * prefillSPer1k + outputTokens * tokenS
  return job.concurrencies.length * requestsPerSlot * requestS
}

function evaluatedConcurrencies(job: Job): number {
  return job.evaluation.allConcurrencies ? job.concurrencies.length : 1
}

function gpuHoursOf(jobs: readonly Job[], assumptions: EstimateAssumptions): number {
  return jobs.reduce((sum, job) => sum + (job.gpus * jobSeconds(job, assumptions)) / 3600, 0)
}

/** The runners behind a label; a name that is no label is one runner, if any label has it. */
function nodesFor(runner: string, { labels }: Runners): readonly string[] {
  const behind = labels.get(runner)
  if (behind !== undefined) return behind
  return [...labels.values()].some((names) => names.includes(runner)) ? [runner] : []
}
