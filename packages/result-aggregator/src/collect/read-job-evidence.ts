import type { z } from 'zod'
import { EvaluationEnd, type JobEvidence, LaunchEnd, Launched, LaunchFailure } from '../result/job-evidence.ts'
import { Result } from '../result/result.ts'
import { jobFiles } from './job-folder.ts'
import { hasPlainFolder, readUntrustedJson, readUntrustedTail, UnreadableFile } from './read-untrusted.ts'
import { runFiles } from './run-folder.ts'

/** Bytes of the small files, and of a result with the whole configuration of an engine in it. */
const maxBytes = { note: 1024 * 1024, result: 8 * 1024 * 1024 }

const shownLogLines = 30

/**
 * What a job left in its folder, which may hold anything: what is no evidence is named in `unreadable`. The results of `disowned` runs are
 * left out: their records do not bear them out.
 */
export async function readJobEvidence(
  folder: string,
  lanes: readonly number[],
  { disowned = [] }: { readonly disowned?: readonly string[] } = {},
): Promise<JobEvidence> {
  const unreadable: string[] = []
  const read = async <T>(path: string, schema: z.ZodType<T>, bytes = maxBytes.note) => {
    try {
      return await readUntrustedJson(folder, path, { schema, maxBytes: bytes })
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      unreadable.push(error.message)
      return undefined
    }
  }
  const launched = await read(jobFiles.launch, Launched)
  const launchFailure = await read(jobFiles.launchFailure, LaunchFailure)
  const launchEnd = await read(jobFiles.launchEnd, LaunchEnd)
  const evaluation = await read(jobFiles.evaluation, EvaluationEnd)
  const found: (Result | undefined)[] = []
  const runs = jobRuns(lanes).filter((run) => !disowned.includes(run))
  for (const run of runs) found.push(await read(`${run}/${runFiles.result}`, Result, maxBytes.result))
  return {
    ...(launched && { launched }),
    ...(launchFailure && { launchFailure }),
    ...(launchEnd && { launchEnd }),
    ...(evaluation && { evaluation }),
    results: found.filter((result) => result !== undefined),
    logTail: await readUntrustedTail(folder, jobFiles.serverLog, shownLogLines),
    unreadable,
  }
}

/** The run folders of a job, below its own: one, or one for each lane count where it measures several. */
export function jobRuns(lanes: readonly number[]): string[] {
  return lanes.length > 1 ? lanes.map((count) => `${jobFiles.run}/lanes-${count}`) : [jobFiles.run]
}

/** Those that are there. */
export async function presentJobRuns(folder: string, lanes: readonly number[]): Promise<string[]> {
  const present: string[] = []
  for (const run of jobRuns(lanes)) {
    if (await hasPlainFolder(folder, run).catch(() => false)) present.push(run)
  }
  return present
}
