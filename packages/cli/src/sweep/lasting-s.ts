import type { Job } from '@reprise/matrix-generator'

/** The job with another window, which is another point; one of fixed lengths has none. */
export function lastingS(job: Job, durationS: number): Job {
  return job.scenario.kind === 'agentic-coding' ? { ...job, scenario: { ...job.scenario, durationS } } : job
}
