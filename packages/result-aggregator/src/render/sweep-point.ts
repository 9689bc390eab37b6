import type { CollectedJob, Collection } from '../result/collection.ts'
import { lanesOfJob } from '../result/job-identity.ts'
import { loadSizeOf } from '../result/load-size.ts'
import type { Result } from '../result/result.ts'

/** A line of a sweep's table: a run of a job that is done, or a job that failed. */
export interface SweepPoint {
  readonly configKey: string
  readonly name: string
  readonly lanes: readonly number[]
  /** `valid`, `indicative`, or `FAILED` and the class. */
  readonly verdict: string
  /** Only of jobs that are done: what a failed one measured is not to be compared with anything. */
  readonly result?: Result
  readonly row: CollectedJob
}

/** The lines of a collection, in the order of its plan. */
export function sweepPoints({ rows }: Collection): SweepPoint[] {
  return rows.flatMap((row): SweepPoint[] => {
    const { job, status, results } = row
    const head = { configKey: job.configKey, name: job.name, row }
    if (status.failure) return [{ ...head, lanes: lanesOfJob(job), verdict: `FAILED ${status.failure.class}` }]
    if (results.length === 0) return [{ ...head, lanes: lanesOfJob(job), verdict: 'evaluation passed' }]
    return results.map((result) => {
      return { ...head, lanes: [loadSizeOf(result.load).value], verdict: result.validity.verdict, result }
    })
  })
}

/** Tokens per second and GPU; undefined where the throughput was not measured. */
export function perGpu({ result, row }: SweepPoint, kind: 'total' | 'input' | 'output'): number | undefined {
  return result?.throughput && result.throughput[kind] / row.job.gpus
}

/** Three figures where there are fewer, whole numbers above; `-` for what was not measured. */
export function renderFigure(value: number | undefined): string {
  if (value === undefined) return '-'
  const size = Math.abs(value)
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
}

export function renderShare(share: number | undefined): string {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)}%`
}

/** `3 jobs: 2 done, 1 failed`. */
export function renderTotals({ totals: { jobs, done, failed } }: Collection): string {
  return `${jobs} ${jobs === 1 ? 'job' : 'jobs'}: ${done} done, ${failed} failed`
}
