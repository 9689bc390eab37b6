import type { Job } from '@reprise/matrix-generator'

/** An agentic window for a quick look. Source: InferenceX of August 2026, e2e-tests.yml, `agentx-fast`. */
export const agentxFastS = 1_200

/** The job with another window, which is another point; one of fixed lengths has none. */
export function lastingS(job: Job, durationS: number): Job {
  return job.scenario.kind === 'agentic-coding' ? { ...job, scenario: { ...job.scenario, durationS } } : job
}
