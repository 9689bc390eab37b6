import { demandFree } from '@reprise/result-aggregator'
import { checkLoadOptions, type LoadOptions } from '../options/load-options.ts'
import { type LoadPoint, loadPoints } from '../options/load-point.ts'
import type { OutputOptions } from '../options/output-options.ts'
import { runFolders } from '../options/run-folders.ts'
import { checkShardOptions, type ShardOptions } from '../options/shard-options.ts'
import { checkLoad } from './plan-run.ts'

/**
 * Refuses what flags and folders alone say cannot be done, for every run, and returns the runs and the folder of each: before a trace is read, a
 * server is started or asked for anything, or a file is changed.
 *
 * @throws UsageError, PlanError, RunFolderError
 */
export async function checkRuns(
  options: LoadOptions & OutputOptions & ShardOptions & { readonly kind: string },
): Promise<{ readonly points: readonly LoadPoint[]; readonly folderOf: (point: LoadPoint) => string }> {
  checkLoadOptions(options)
  const points = loadPoints(options)
  const now = new Date()
  checkShardOptions(options, { runs: points.length, stopsBy: stopsBy(options), nowMs: now.getTime() })
  for (const point of points) checkLoad(options, point)
  const folderOf = runFolders({ ...options, points, now })
  for (const point of points) await demandFree(folderOf(point), options)
  return { points, folderOf }
}

function stopsBy({ maxRequests, targetHalfWidth }: LoadOptions): string | undefined {
  if (maxRequests !== undefined) return '--max-requests'
  return targetHalfWidth && '--target-half-width'
}
