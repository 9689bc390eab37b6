import { demandFree } from '@reprise/result-aggregator'
import { checkLoadOptions, type LoadOptions } from '../options/load-options.ts'
import type { OutputOptions } from '../options/output-options.ts'
import { runFolders } from '../options/run-folders.ts'
import { checkLoad } from './plan-run.ts'

/**
 * Refuses what flags and folders alone say cannot be done, for every lane count, and returns the folder of each: before a trace is read, a
 * server is started or asked for anything, or a file is changed.
 *
 * @throws UsageError, PlanError, RunFolderError
 */
export async function checkRuns(
  options: LoadOptions & OutputOptions & { readonly kind: string },
): Promise<(lanes: number) => string> {
  checkLoadOptions(options)
  for (const lanes of options.lanes) checkLoad(options, lanes)
  const folderOf = runFolders({ ...options, now: new Date() })
  for (const lanes of options.lanes) await demandFree(folderOf(lanes), options)
  return folderOf
}
