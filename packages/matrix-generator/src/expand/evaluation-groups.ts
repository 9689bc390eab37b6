import type { Job } from '../job/job.ts'

/** Lower concurrencies are not evaluated. */
const minEvaluationConcurrency = 16

/** Only 8k1k is evaluated. Tokens. */
const evaluatedInputTokens = 8192
const evaluatedOutputTokens = 1024

export function isEvaluatedLength({ scenario }: Job): boolean {
  return (
    scenario.kind === 'fixed-seq-len' &&
    scenario.inputTokens === evaluatedInputTokens &&
    scenario.outputTokens === evaluatedOutputTokens
  )
}

/** The concurrencies of a job that may be evaluated, rising. */
export function eligible(job: Job): number[] {
  return job.concurrencies.filter((value) => value >= minEvaluationConcurrency).toSorted((a, b) => a - b)
}

/** What two jobs must share to be compared with each other. */
export function identityKey(job: Job): string {
  return JSON.stringify([job.model, job.runner, job.framework, job.precision])
}

/**
 * The single-node 8k1k jobs that evaluate: per model, runner, framework, precision, speculation and attention, those at the
 * highest and at the upper median of the group's concurrencies, whatever their tp.
 */
export function singleNodeEvaluations(jobs: readonly Job[]): Set<Job> {
  const candidates = jobs.filter(
    (job) => job.topology.kind === 'single' && isEvaluatedLength(job) && eligible(job).length > 0,
  )
  const groups = Map.groupBy(candidates, (job) => `${identityKey(job)} ${job.specDecoding} ${dpAttn(job)}`)
  const marked = new Set<Job>()
  for (const group of groups.values()) {
    const values = [...new Set(group.map((job) => job.concurrencies[0]!))].sort((a, b) => a - b)
    const targets = [values.at(-1), values[values.length >> 1]]
    for (const job of group) if (targets.includes(job.concurrencies[0])) marked.add(job)
  }
  return marked
}

/** The first item with the highest number. */
export function firstHighest<T>(items: readonly T[], number: (item: T) => number): T {
  return items.reduce((best, item) => (number(item) > number(best) ? item : best))
}

function dpAttn({ topology }: Job): boolean {
  return topology.kind === 'single' && topology.dpAttn
}
