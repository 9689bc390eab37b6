import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SweepJob } from '@reprise/matrix-generator'
import { type RequestRecord, renderPlan } from '@reprise/replay-engine'
import { judgeJob } from '../measure/judge-job.ts'
import { windowOfJob } from '../result/job-identity.ts'
import type { Result } from '../result/result.ts'
import { buildRun } from '../run-folder/build-run.ts'
import { RunWriter } from '../run-folder/run-writer.ts'
import { saveResult } from '../run-folder/save-result.ts'
import { jobFolderName } from '../sweep/job-folder.ts'
import { calmClient, factsOf, lanesLoad, okRecord, onePlan, runHeader, unansweredRecord } from './run.fixture.ts'
import { measuredAs, nothingLeft } from './sweep.fixture.ts'

/** Writes a file into the job's folder below `parent`; returns its path. */
export function leave(parent: string, job: SweepJob, path: string, content: unknown): string {
  const file = join(parent, jobFolderName(job.id), path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** Leaves what a job leaves that went well: a run of `ok` requests that ended well and `failed` ones that did not, its result, and a verdict. */
export async function leaveDone(
  parent: string,
  job: SweepJob,
  counts: { ok?: number; failed?: number } = {},
): Promise<Result> {
  const result = await leaveRun(join(parent, jobFolderName(job.id), 'run'), job, counts)
  leave(parent, job, 'job.json', job)
  const evidence = { ...nothingLeft, results: [result] }
  leave(parent, job, 'status.json', judgeJob({ job, evidence, cancelled: false, reproduce: 'rm -rf /' }))
  return result
}

/** One lane for two seconds, all turns of its trace beside each other; the other lane would begin later. */
export async function leaveRun(folder: string, job: SweepJob, { ok = 20, failed = 0 } = {}): Promise<Result> {
  const durationMs = windowOfJob(job)! * 1_000
  const lanes = job.job.concurrencies[0]!
  const load = lanesLoad({ lanes, staggerMs: 3_600_000, until: { kind: 'window', durationMs } })
  const plan = onePlan(load, { turns: ok + failed, beside: true })
  const header = runHeader(plan.load, { identity: measuredAs(job), plan: factsOf(plan) })
  const writer = await RunWriter.open({ folder, header, planText: renderPlan(plan), overwrite: true })
  const endMs = 500 + durationMs
  writer.phase({ phase: 'profiling', startMs: 500 })
  for (const record of recordsOf({ ok, failed, endMs })) writer.record(record)
  writer.phase({ phase: 'profiling', startMs: 500, endMs })
  await writer.close({ reason: 'window', clientHealth: calmClient })
  const result = await buildRun(folder)
  await saveResult(folder, result)
  return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Result
}

/** The last of them ends the window: nothing is due after it. */
function recordsOf({ ok, failed, endMs }: { ok: number; failed: number; endMs: number }): RequestRecord[] {
  const good = Array.from({ length: ok }, (_, i) => {
    // No two replies of a server last equally long.
    return okRecord({ id: `0.0.0.${i}`, turn: i, lastTokenMs: 1_600 + i / 500 })
  })
  const bad = Array.from({ length: failed }, (_, i) => {
    const turn = ok + i
    return unansweredRecord({ kind: 'failed', class: 'connect', message: 'refused' }, { id: `0.0.0.${turn}`, turn })
  })
  const last = [...good, ...bad].pop()!
  return [...good, ...bad].map((record) => (record.id === last.id ? { ...record, doneMs: endMs } : record))
}
