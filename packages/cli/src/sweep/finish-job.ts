import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SweepJob } from '@reprise/matrix-generator'
import {
  type JobStatus,
  judgeJob,
  lanesOfJob,
  manifestProblems,
  presentJobRuns,
  readJobEvidence,
  renderManifestProblems,
  renderReproduction,
} from '@reprise/result-aggregator'
import { jobFiles } from '@reprise/result-aggregator/job-folder'
import {
  buildRun,
  type Result,
  RunFolderError,
  refuseLive,
  saveResult,
  writeFileWhole,
} from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'

export interface JobEnd {
  readonly status: JobStatus
  /** Runs of which no result could be built, and why. */
  readonly unbuilt: readonly string[]
}

/**
 * Says how a job ended, from what its folder holds: builds the results of its runs anew, judges, and leaves `job.json` and `status.json`.
 *
 * @throws UsageError where the folder cannot be written.
 */
export async function finishJob(
  job: SweepJob,
  { folder, cancelled }: { readonly folder: string; readonly cancelled: boolean },
): Promise<JobEnd> {
  const lanes = lanesOfJob(job)
  await mkdir(folder, { recursive: true }).catch(refused(folder))
  const unbuilt: string[] = []
  const results: Result[] = []
  for (const run of await presentJobRuns(folder, lanes)) {
    const built = await buildResult(join(folder, run))
    if (typeof built === 'string') unbuilt.push(built)
    else results.push(built)
  }
  // A result that lies there all the same is an older one, or nobody knows whose.
  const evidence = await readJobEvidence(folder, { results })
  const reproduce = renderReproduction(job)
  const status = judgeJob({ job, evidence, cancelled, reproduce })
  await write(join(folder, jobFiles.job), job)
  await write(join(folder, jobFiles.status), status)
  return { status, unbuilt }
}

/** Why there is none, in words: a run that was never begun, or broke off at once, has no result, and neither has one that was changed since. */
async function buildResult(run: string): Promise<Result | string> {
  try {
    await refuseLive(run)
    const changed = (await manifestProblems(run)) ?? []
    if (changed.length > 0) return `${run}: ${renderManifestProblems(changed)}`
    const result = await buildRun(run)
    await saveResult(run, result)
    return result
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error
    return error.message
  }
}

async function write(path: string, value: unknown): Promise<void> {
  await writeFileWhole(path, `${JSON.stringify(value, null, 2)}\n`)
}

function refused(path: string): (error: NodeJS.ErrnoException) => never {
  return ({ code }) => {
    throw new UsageError(`${path}: cannot be written (${code}); give the folder that the job's launch and run are in`)
  }
}

/** What a job's end is to whoever waits for it: its operator's, its recipe's author's, or the reader's of its result. */
export function exitCodeOfJob({ failure }: JobStatus): number {
  if (!failure) return exitCodes.done
  if (failure.class === 'infrastructure') return exitCodes.operator
  return failure.class === 'recipe' ? exitCodes.author : exitCodes.invalid
}

/** One paragraph about how a job ended. */
export function renderJobEnd({ status, unbuilt }: JobEnd): string {
  const { name, configKey, outcome, failure, evaluation, reproduce } = status
  const phase = failure?.phase === undefined ? '' : ` in ${failure.phase}`
  const how = failure ? `FAILED ${failure.class}${phase}: ${logText(failure.message)}` : outcome
  const evaluated = evaluation === 'not-requested' || failure?.class === 'eval' ? '' : `\neval: ${evaluation}`
  const log = (failure?.logTail ?? []).slice(-10).map((line) => `\n  | ${logText(line)}`)
  const problems = unbuilt.map((problem) => `\n${logText(problem)}`)
  return `${logText(configKey, 200)} ${name}: ${how}${evaluated}${problems.join('')}${log.join('')}\nagain: ${logText(reproduce, 4_000)}\n`
}
