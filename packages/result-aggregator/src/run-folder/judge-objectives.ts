import { ObjectiveMeter } from '../measure/objective-meter.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import { PlayNumbers } from '../measure/play-numbers.ts'
import { profilingWindows } from '../measure/profiling-windows.ts'
import { RequestRows } from '../measure/request-rows.ts'
import { defaultLimits } from '../result/limits.ts'
import type { Objective, ObjectiveShare } from '../result/objective.ts'
import { requestsSent } from '../result/requests-sent.ts'
import type { Result } from '../result/result.ts'
import { cutRequests } from './build-run.ts'
import { readRun } from './read-run.ts'

/** How each objective fared in the run in a folder, of which `result` is known; from its records. @throws RunFolderError */
export async function judgeObjectives(
  folder: string,
  { counts, throughput }: Pick<Result, 'counts' | 'throughput'>,
  objectives: readonly Objective[],
): Promise<ObjectiveShare[]> {
  const stored = await readRun(folder)
  const rows = new RequestRows(profilingWindows(stored.run.plan.load, stored.phases), new PlayNumbers())
  const meters = objectives.map((objective) => new ObjectiveMeter(objective))
  const cut = await cutRequests(stored)
  for await (const told of stored.records()) {
    if (told.phase !== 'profiling' || cut.has(told)) continue
    const record = plausibleUsage(told)
    rows.add(record)
    for (const meter of meters) meter.add(record)
  }
  const clusters = rows.clusters({
    measuredMs: throughput?.windowMs ?? 0,
    fellBehind: counts.cancelled > defaultLimits.censoredShare.warn * requestsSent(counts),
  })
  return meters.map((meter) => meter.result(clusters))
}
