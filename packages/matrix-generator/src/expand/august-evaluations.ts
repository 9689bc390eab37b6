import { augustRow } from '../job/august-row.ts'
import { canonicalJson } from '../job/canonical-json.ts'
import type { Job } from '../job/job.ts'
import { eligible, firstHighest, identityKey, isEvaluatedLength, singleNodeEvaluations } from './evaluation-groups.ts'

/**
 * The jobs with August's evaluations marked: single nodes by concurrency; of several nodes every distinct topology at its highest
 * concurrency. Agentic jobs evaluate only `withAgentic`: the highest concurrency per model, runner, framework and precision
 * on one node, per topology on several.
 */
export function augustEvaluations(jobs: readonly Job[], withAgentic: boolean): Job[] {
  const run = singleNodeEvaluations(jobs)
  const concurrencies = highestPerTopology(
    jobs.filter((job) => job.topology.kind === 'multi' && isEvaluatedLength(job)),
  )
  if (withAgentic) {
    const agentic = jobs.filter((job) => job.scenario.kind === 'agentic-coding')
    for (const [job, value] of highestPerTopology(agentic.filter((job) => job.topology.kind === 'multi'))) {
      concurrencies.set(job, value)
    }
    const single = agentic.filter((job) => job.topology.kind === 'single')
    for (const group of Map.groupBy(single, identityKey).values())
      run.add(firstHighest(group, (job) => job.concurrencies[0]!))
  }
  return jobs.map((job) => {
    const concurrency = concurrencies.get(job)
    if (concurrency === undefined) return { ...job, evaluation: { run: run.has(job) } }
    return { ...job, evaluation: { run: true, concurrency } }
  })
}

/**
 * Every job that can evaluate does: all 8k1k and all agentic ones. Jobs of several nodes that differ only in concurrency become
 * one, with all their concurrencies rising; a fixed-length one evaluates each, an agentic one the highest. Others stay as they are.
 */
export function everyEvaluation(jobs: readonly Job[]): Job[] {
  const merged = new Map<string, Job>()
  const order: (string | Job)[] = []
  for (const job of jobs) {
    const isAgentic = job.scenario.kind === 'agentic-coding'
    if (!isAgentic && !isEvaluatedLength(job)) order.push(job)
    else if (job.topology.kind === 'single') order.push({ ...job, evaluation: { ...job.evaluation, run: true } })
    else {
      const key = topologyKey(job)
      const before = merged.get(key)
      if (before === undefined) order.push(key)
      merged.set(key, mergedJob(before ?? job, job, isAgentic))
    }
  }
  return order.map((item) => (typeof item === 'string' ? merged.get(item)! : item))
}

function mergedJob(first: Job, job: Job, isAgentic: boolean): Job {
  const concurrencies = [...new Set([...first.concurrencies, ...job.concurrencies])].sort((a, b) => a - b)
  const evaluation = isAgentic
    ? { run: true, concurrency: concurrencies.at(-1)! }
    : ({ run: true, allConcurrencies: true } as const)
  return { ...first, concurrencies, evaluation }
}

function highestPerTopology(jobs: readonly Job[]): Map<Job, number> {
  const groups = Map.groupBy(
    jobs.filter((job) => eligible(job).length > 0),
    topologyKey,
  )
  return new Map(
    [...groups.values()].map((group) => {
      const best = firstHighest(group, (job) => eligible(job).at(-1)!)
      return [best, eligible(best).at(-1)!]
    }),
  )
}

/** What is left of a row without what concurrency and evaluation decide. */
function topologyKey(job: Job): string {
  return canonicalJson({ ...augustRow({ ...job, evaluation: {} }), conc: undefined, 'exp-name': undefined })
}
