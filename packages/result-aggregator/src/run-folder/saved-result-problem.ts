import { firstDifference } from '../result/differences.ts'
import { objectivesOf } from '../result/goodput.ts'
import type { Result } from '../result/result.ts'
import { toldFactsOf } from '../result/tell-result.ts'
import { buildRun } from './build-run.ts'
import { readResult } from './read-result.ts'
import { RunFolderError } from './run-folder.ts'
import type { StoredPlans } from './stored-plans.ts'

/**
 * Why the result that lies in a run's folder is not to be believed, in words: its records give another, or cannot be what a run wrote.
 * `undefined` where they give the same, or where no result lies there.
 *
 * @throws RunFolderError where it cannot be read.
 */
export async function savedResultProblem(folder: string, plans: StoredPlans): Promise<string | undefined> {
  const saved = await readResult(folder).catch((error: unknown) => {
    if (error instanceof RunFolderError && error.isMissing) return undefined
    throw error
  })
  if (!saved) return undefined
  try {
    const built = await buildRun(folder, { plans, told: toldFactsOf(saved), ...objectivesOf(saved) })
    // As a reader of the file would see it: JSON knows no negative zero.
    const difference = firstDifference(saved, JSON.parse(JSON.stringify(built)) as Result)
    return difference === undefined ? undefined : `does not give the result that lies there: ${difference}`
  } catch (error) {
    if (!(error instanceof RunFolderError)) throw error
    return `gives no result: ${error.problem}`
  }
}
