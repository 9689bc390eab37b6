import type { Job } from '../job/job.ts'
import { eligible, firstHighest, identityKey, isEvaluatedLength, singleNodeEvaluations } from './evaluation-groups.ts'

/**
 * The jobs with April's evaluations marked: single nodes by concurrency; of several nodes the job with the highest concurrency
 * per model, runner, framework, precision, speculation and attention of both roles, at the upper median of its concurrencies.
 * Agentic jobs do not evaluate and do not say so.
 */
export function aprilEvaluations(jobs: readonly Job[]): Job[] {
  const single = singleNodeEvaluations(jobs)
  const multi = multiNodeEvaluations(jobs)
  return jobs.map((job) => {
    if (job.scenario.kind === 'agentic-coding') return job
    const concurrency = multi.get(job)
    if (concurrency === undefined) return { ...job, evaluation: { run: single.has(job) } }
    return { ...job, evaluation: { run: true, concurrency } }
  })
}

function multiNodeEvaluations(jobs: readonly Job[]): Map<Job, number> {
  const candidates = jobs.filter(
    (job) => job.topology.kind === 'multi' && isEvaluatedLength(job) && !isExcluded(job) && eligible(job).length > 0,
  )
  const groups = Map.groupBy(candidates, (job) => `${identityKey(job)} ${job.specDecoding} ${attention(job)}`)
  const marked = new Map<Job, number>()
  for (const group of groups.values()) {
    const best = firstHighest(group, (job) => eligible(job).at(-1)!)
    const values = eligible(best)
    marked.set(best, values[values.length >> 1]!)
  }
  return marked
}

/** The one exception that InferenceX's April generator makes by name. */
function isExcluded({ modelPrefix, runner, framework }: Job): boolean {
  return modelPrefix === 'dsv4' && runner === 'gb300-cw' && framework === 'dynamo-sglang'
}

function attention({ topology }: Job): string {
  return topology.kind === 'multi' ? `${topology.prefill.dpAttn} ${topology.decode.dpAttn}` : ''
}
