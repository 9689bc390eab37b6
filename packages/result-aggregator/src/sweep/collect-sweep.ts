import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SweepJob, type SweepPlan } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { judgeJob } from '../measure/judge-job.ts'
import { renderReproduction } from '../render/reproduce-job.ts'
import type { CollectedJob, Collection } from '../result/collection.ts'
import type { JobEvidence } from '../result/job-evidence.ts'
import { lanesOfJob } from '../result/job-identity.ts'
import { JobStatus } from '../result/job-status.ts'
import type { Result } from '../result/result.ts'
import { asRunFolderError } from '../run-folder/run-folder.ts'
import { StoredPlans } from '../run-folder/stored-plans.ts'
import { jobFiles, jobFolderName } from './job-folder.ts'
import { jobRuns, readJobEvidence } from './read-job-evidence.ts'
import { hasPlainFolder, readUntrustedJson, UnreadableFile } from './read-untrusted.ts'
import { verifiedResult } from './verified-result.ts'

type Failure = NonNullable<JobStatus['failure']>

/** Jobs of a sweep, and folders among them, that are looked at. */
const maxEntries = 20_000
const maxBytes = 1024 * 1024

/** Most of the time a job is waited for, not computed; of more at once the numbers of large runs would not fit into memory. */
const JOBS_AT_ONCE = 4

/**
 * Joins what was planned with what came: the folders `job-<id>` below `folder`, which may hold anything. Every planned job is a row; one
 * that left no good word of its end is a failed one, whatever else it left, and a result is believed where its records give the same.
 *
 * @throws RunFolderError when the folder cannot be read.
 */
export async function collectSweep(plan: SweepPlan, folder: string): Promise<Collection> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw asRunFolderError(folder, error)
  })
  const rows: CollectedJob[] = []
  const waiting = plan.jobs.entries()
  const plans = new StoredPlans()
  const reused = new Map(plan.reuse?.points.map(({ id, run }) => [id, run]))
  const collectWaiting = async () => {
    for (const [i, job] of waiting) {
      const reusedFrom = reused.get(job.id)
      const row = await collectJob(job, folder, { plans, isReused: reusedFrom !== undefined })
      rows[i] = reusedFrom === undefined ? row : { ...row, reusedFrom }
    }
  }
  await Promise.all(Array.from({ length: JOBS_AT_ONCE }, collectWaiting))
  const failed = rows.filter(({ status }) => status.outcome === 'failed').length
  return {
    schema: 'collection/1',
    totals: { jobs: rows.length, done: rows.length - failed, failed },
    rows,
    strays: straysOf(plan, names),
  }
}

/** Links to files are not followed, so a name is only ever shown. */
function straysOf(plan: SweepPlan, names: readonly string[]): Collection['strays'] {
  const planned = new Set(plan.jobs.map(({ id }) => jobFolderName(id)))
  const strays = names.filter((name) => !planned.has(name)).sort()
  return strays.slice(0, Math.min(strays.length, maxEntries)).map((name) => {
    return { name: printable(name, 120), problem: 'no planned job is called so; it is left out' }
  })
}

async function collectJob(
  job: SweepJob,
  parent: string,
  { plans, isReused }: { readonly plans: StoredPlans; readonly isReused: boolean },
): Promise<CollectedJob> {
  const reproduce = renderReproduction(job)
  const failedRow = (failure: Failure): CollectedJob => ({
    job,
    status: failedStatus(job, failure, reproduce),
    results: [],
  })
  const name = jobFolderName(job.id)
  try {
    if (!(await hasPlainFolder(parent, name)))
      return failedRow({ class: 'missing', message: 'nothing came of this job: it left no artifact' })
    const folder = join(parent, name)
    const status = await readStatus(job, folder, isReused)
    const evidence = await readJobEvidence(folder, await verifiedRuns(job, folder, plans))
    if (!status) return { ...failedRow(leftNoWord(evidence)), results: [...evidence.results] }
    if (status.outcome === 'failed') return { job, status: { ...status, reproduce }, results: [...evidence.results] }
    // Success is believed where the files say the same.
    return { job, status: judgeJob({ job, evidence, cancelled: false, reproduce }), results: [...evidence.results] }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return failedRow({ class: 'unreadable', message: error.message })
  }
}

/** The results of a job's runs, and what speaks against those that are none. */
async function verifiedRuns(job: SweepJob, folder: string, plans: StoredPlans) {
  const results: Result[] = []
  const unreadable: string[] = []
  for (const run of jobRuns(lanesOfJob(job))) {
    try {
      const result = await verifiedResult(folder, run, { plans })
      if (result) results.push(result)
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      unreadable.push(error.message)
    }
  }
  return { results, unreadable }
}

function leftNoWord({ launchFailure, launchEnd }: JobEvidence): Failure {
  const before = launchFailure
    ? `; its launch had failed: ${launchFailure.message}`
    : launchEnd?.diedEarly
      ? '; its server had died'
      : ''
  return { class: 'missing', message: printable(`it was ended before it could say how it went${before}`, 1_000) }
}

/** What a job says of itself. @throws UnreadableFile where that is not of this job. */
async function readStatus(job: SweepJob, folder: string, isReused: boolean): Promise<JobStatus | undefined> {
  const said = await readUntrustedJson(folder, jobFiles.job, { schema: SweepJob, maxBytes })
  if (said && !(isReused ? isSameMeasurement(said, job) : isDeepStrictEqual(said, job)))
    throw new UnreadableFile(jobFiles.job, 'is another job than the planned one')
  const status = await readUntrustedJson(folder, jobFiles.status, { schema: JobStatus, maxBytes })
  if (!status) return undefined
  if (status.id !== job.id) throw new UnreadableFile(jobFiles.status, `is of job ${printable(status.id, 40)}`)
  if ((status.outcome === 'failed') !== (status.failure !== undefined))
    throw new UnreadableFile(jobFiles.status, 'says that it failed without a reason, or a reason without failing')
  const { failure, ...others } = status
  return { ...others, name: job.name, configKey: job.configKey, ...(failure && { failure: printableFailure(failure) }) }
}

/** Another sweep may call it otherwise, and give it another limit. */
function isSameMeasurement(said: SweepJob, job: SweepJob): boolean {
  return said.id === job.id && said.fingerprint !== undefined && said.fingerprint === job.fingerprint
}

function printableFailure({ phase, message, logTail, ...failure }: Failure) {
  return {
    ...failure,
    ...(phase !== undefined && { phase: printable(phase, 40) }),
    message: printable(message, 1_000),
    ...(logTail && { logTail: logTail.map((line) => printable(line, 500)) }),
  }
}

function failedStatus(job: SweepJob, failure: Failure, reproduce: string): JobStatus {
  const evaluation = job.job.evaluation.run ? 'failed' : 'not-requested'
  const { id, name, configKey } = job
  return { schema: 'job-status/1', id, name, configKey, outcome: 'failed', failure, evaluation, reproduce }
}
