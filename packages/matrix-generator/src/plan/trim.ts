import type { Epoch } from '../epoch/epoch.ts'
import type { Job } from '../job/job.ts'
import { recipeFingerprint } from './point-id.ts'

/** Each recipe at its lowest concurrency only, in the order of the jobs: the smallest sweep that starts every server once. */
export function trimConcurrencies(jobs: readonly Job[], epoch: Epoch): Job[] {
  const lowest = new Map<string, Job>()
  for (const job of jobs) {
    const key = `${recipeFingerprint(job, epoch)} ${JSON.stringify(job.evaluation)}`
    const kept = lowest.get(key)
    if (kept === undefined || lowestOf(job) < lowestOf(kept)) lowest.set(key, job)
  }
  const kept = new Set(lowest.values())
  return jobs.filter((job) => kept.has(job)).map((job) => ({ ...job, concurrencies: [lowestOf(job)] }))
}

function lowestOf(job: Job): number {
  return Math.min(...job.concurrencies)
}
