import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { firstDifference } from '../result/differences.ts'
import { objectivesOf } from '../result/goodput.ts'
import { Result } from '../result/result.ts'
import { buildRun } from '../run-folder/build-run.ts'
import { manifestProblems, renderManifestProblems } from '../run-folder/manifest-problems.ts'
import { RunFolderError, runFiles } from '../run-folder/run-folder.ts'
import type { StoredPlans } from '../run-folder/stored-plans.ts'
import { hasPlainFolder, readUntrustedJson, UnreadableFile } from './read-untrusted.ts'

/** Bytes of a result with the whole configuration of an engine in it. */
const maxBytes = 8 * 1024 * 1024

/**
 * The result of the run in `folder/run`, built from its records here and now; `undefined` where there is no run, or none that came to a
 * result. Limits and verdict are this version's own, and the result that lies there is only asked whether it says the same.
 *
 * @throws UnreadableFile where it does not, where a file is not the one in the manifest, or where the records cannot be what a run wrote.
 */
export async function verifyRun(
  folder: string,
  run: string,
  { plans }: { plans: StoredPlans },
): Promise<Result | undefined> {
  if (!(await hasPlainFolder(folder, run))) return undefined
  const resultPath = `${run}/${runFiles.result}`
  const saved = await readUntrustedJson(folder, resultPath, { schema: Result, maxBytes })
  if (!saved) return undefined
  const built = await rebuild(join(folder, run), run, { plans, ...objectivesOf(saved) })
  const difference = firstDifference(saved, built)
  if (difference === undefined) return built
  throw new UnreadableFile(
    resultPath,
    `is not what its records give: ${difference}; build it anew with reprise results build`,
  )
}

async function rebuild(
  path: string,
  run: string,
  options: NonNullable<Parameters<typeof buildRun>[1]>,
): Promise<Result> {
  try {
    const problems = await manifestProblems(path)
    if (!problems) throw new UnreadableFile(`${run}/${runFiles.manifest}`, 'is missing, beside a result')
    if (problems.length > 0) throw new UnreadableFile(run, renderManifestProblems(problems))
    // As a reader of the file would see it: JSON knows no negative zero.
    return JSON.parse(JSON.stringify(await buildRun(path, options))) as Result
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error
    throw new UnreadableFile(`${run}${error.file.slice(path.length)}`, printable(error.problem, 600))
  }
}
