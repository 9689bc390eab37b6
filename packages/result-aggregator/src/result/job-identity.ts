import { deploymentOf, gpuOf, type SweepJob } from '@reprise/matrix-generator'
import type { Identity } from './run-header.ts'

/** What a job says of the deployment that it measures; an endpoint tells the rest. */
export interface JobIdentity {
  readonly point: string
  readonly hardware: string
  readonly gpus: number
  readonly precision: string
  readonly image: string
  readonly topology: NonNullable<Identity['topology']>
}

/** The part of a result's identity that comes from the job and not from the endpoint. */
export function identityOfJob({ id, gpus, epoch, job }: SweepJob): JobIdentity {
  const { precision, image, runner } = job
  return { point: id, hardware: gpuOf(runner), gpus, precision, image, topology: deploymentOf(job, epoch) }
}

/** The lane counts that the job measures, each a run. */
export function lanesOfJob({ job }: SweepJob): readonly number[] {
  return job.concurrencies
}

/** How long the job's window is, seconds; absent where it has fixed lengths and no window. */
export function windowOfJob({ job: { scenario } }: SweepJob): number | undefined {
  return scenario.kind === 'agentic-coding' ? scenario.durationS : undefined
}
