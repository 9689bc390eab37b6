import { EvalRecord, LaunchEndRecord, LaunchFailureRecord, LaunchRecord, launchFiles } from '@reprise/launcher/record'
import type { z } from 'zod'
import type { JobEvidence } from '../result/job-evidence.ts'
import type { Result } from '../result/result.ts'
import { jobFiles } from './job-folder.ts'
import { hasPlainFolder, readUntrustedJson, readUntrustedTail, UnreadableFile } from './read-untrusted.ts'

/** Bytes of the small files. */
const maxBytes = 1024 * 1024

const shownLogLines = 30

/**
 * What a job left in its folder, which may hold anything, beside the results that were built from its runs: what is no evidence is named
 * in `unreadable`.
 */
export async function readJobEvidence(
  folder: string,
  {
    results,
    unreadable: others = [],
  }: { readonly results: readonly Result[]; readonly unreadable?: readonly string[] },
): Promise<JobEvidence> {
  const unreadable = [...others]
  const read = async <T>(path: string, schema: z.ZodType<T>) => {
    try {
      return await readUntrustedJson(folder, path, { schema, maxBytes })
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      unreadable.push(error.message)
      return undefined
    }
  }
  const ofLaunch = (name: keyof typeof launchFiles) => `${jobFiles.launch}/${launchFiles[name]}`
  const launched = await read(ofLaunch('launch'), LaunchRecord)
  const launchFailure = await read(ofLaunch('failure'), LaunchFailureRecord)
  const launchEnd = await read(ofLaunch('end'), LaunchEndRecord)
  const evaluation = await read(`${jobFiles.evaluation}/${launchFiles.evaluation}`, EvalRecord)
  return {
    ...(launched && { launched }),
    ...(launchFailure && { launchFailure }),
    ...(launchEnd && { launchEnd }),
    ...(evaluation && { evaluation }),
    results,
    logTail: await readUntrustedTail(folder, ofLaunch('log'), shownLogLines),
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
