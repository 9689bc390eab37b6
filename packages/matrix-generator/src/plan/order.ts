import type { Job } from '../job/job.ts'

/** What makes a job urgent beside what it is. */
export interface Occasion {
  /** It comes from a push to the main branch, and not from a pull request. */
  readonly isPush?: boolean
  /** The author has confirmed the contribution checklist. */
  readonly checklist?: boolean
  /** It tries a patched engine; such jobs wait for all others. */
  readonly patchwork?: boolean
}

const modelWeights: Readonly<Record<string, number>> = { kimik3: 1.5 }
const otherModelWeight = 0.75
const weightedFrameworks = /^(?:sglang|vllm|dynamo-.*)$/
const weightedSpeculation: readonly string[] = ['mtp', 'eagle', 'eagle3']

/**
 * How urgent a job is, to three decimals; higher goes first. The sum of 1 and of what is weighted: a push, several nodes, an
 * agentic scenario, fp4, speculation, the open engines, a known model, the checklist. 0 for a patched engine.
 *
 * Source: InferenceX, `ci-priority.yaml` of August 2026.
 */
export function jobPriority(job: Job, occasion: Occasion = {}): number {
  if (occasion.patchwork) return 0
  const score =
    1 +
    (occasion.isPush ? 2 : 0) +
    (job.topology.kind === 'multi' ? 1.25 : 0) +
    (job.scenario.kind === 'agentic-coding' ? 1 : 0) +
    (job.precision === 'fp4' ? 0.75 : 0) +
    (weightedSpeculation.includes(job.specDecoding) ? 0.75 : 0) +
    (weightedFrameworks.test(job.framework) ? 0.5 : 0) +
    modelWeight(job.modelPrefix) +
    (occasion.checklist ? 0.25 : 0)
  return Math.round(score * 1000) / 1000
}

/** The jobs, most urgent first; equals keep their order. */
export function byPriority(jobs: readonly Job[], occasion: Occasion = {}): Job[] {
  return jobs.toSorted((a, b) => jobPriority(b, occasion) - jobPriority(a, occasion))
}

export interface CanaryPlan {
  /** The job to run alone first; absent if no job suits. */
  readonly canary?: Job
  /** All others, in order. */
  readonly rest: readonly Job[]
}

/**
 * Takes out the job that is cheapest to fail with: of the single-node jobs that measure, the first with the lowest concurrency.
 * A sweep whose canary fails is not dispatched.
 */
export function chooseCanary(jobs: readonly Job[]): CanaryPlan {
  const candidates = jobs.filter((job) => job.topology.kind === 'single' && job.evaluation.only !== true)
  if (candidates.length === 0) return { rest: jobs }
  const canary = candidates.reduce((best, job) => (job.concurrencies[0]! < best.concurrencies[0]! ? job : best))
  return { canary, rest: jobs.filter((job) => job !== canary) }
}

function modelWeight(prefix: string): number {
  return Object.hasOwn(modelWeights, prefix) ? modelWeights[prefix]! : otherModelWeight
}
