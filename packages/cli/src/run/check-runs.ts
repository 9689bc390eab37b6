import { demandFree } from '@reprise/result-aggregator/run'
import { checkLoadOptions, type LoadOptions } from '../options/load-options.ts'
import { loadPoints } from '../options/load-point.ts'
import type { OutputOptions } from '../options/output-options.ts'
import { type RunPlaces, runFolders } from '../options/run-folders.ts'
import { checkShardOptions, type ShardOptions } from '../options/shard-options.ts'
import { checkLoad } from './plan-run.ts'
import { refuseMixing } from './refuse-mixing.ts'

/**
 * Refuses what flags and folders alone say cannot be done, for every run, and returns the runs and where they go: before a trace is read, a
 * server is started or asked for anything, or a file is changed.
 *
 * @throws UsageError, PlanError, RunFolderError
 */
export async function checkRuns(
  options: LoadOptions & OutputOptions & ShardOptions & { readonly kind: string },
): Promise<RunPlaces> {
  checkLoadOptions(options)
  const points = loadPoints(options)
  const now = new Date()
  checkShardOptions(options, { runs: points.length, stopsBy: stopsBy(options), nowMs: now.getTime() })
  for (const point of points) checkLoad(options, point)
  const places = runFolders({ ...options, points, now })
  for (const point of points) await demandFree(places.folderOf(point), options)
  if (!options.shard) await refuseMixing(places, options)
  return places
}

function stopsBy({ maxRequests, targetHalfWidth }: LoadOptions): string | undefined {
  if (maxRequests !== undefined) return '--max-requests'
  return targetHalfWidth && '--target-half-width'
}
