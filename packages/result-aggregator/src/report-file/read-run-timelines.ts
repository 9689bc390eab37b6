import { basename, resolve } from 'node:path'
import type { RequestRecord } from '@reprise/replay-engine'
import { findRuns, noRunProblem } from '../run-folder/find-runs.ts'
import { readRun } from '../run-folder/read-run.ts'
import { readPower, readServerMetrics } from '../run-folder/read-server-metrics.ts'
import { RunFolderError } from '../run-folder/run-folder.ts'
import { StoredPlans } from '../run-folder/stored-plans.ts'
import { powerLevels } from '../timeline/power-levels.ts'
import { runTimeline } from '../timeline/run-timeline.ts'
import { serverLevels } from '../timeline/server-levels.ts'
import type { TimelineSource } from '../timeline/timeline-source.ts'

/**
 * The runs in a folder, or below it, as timelines; none where there is none. A run without its plan has no arrows.
 *
 * @throws RunFolderError when one cannot be read.
 */
export async function readRunTimelines(folder: string): Promise<TimelineSource[]> {
  const plans = new StoredPlans()
  const sources: TimelineSource[] = []
  for (const path of await runsIn(folder)) {
    const stored = await readRun(path)
    const records: RequestRecord[] = []
    for await (const record of stored.records()) records.push(record)
    const plan = await plans.read(path, stored.run).catch((error: unknown) => {
      if (error instanceof RunFolderError) return undefined
      throw error
    })
    const kind = stored.run.target.clock === 'virtual' ? 'simulation' : 'run'
    const { phases, run } = stored
    const timeline = runTimeline({ phases, records, ...(plan && { plan }) }, `${kind} ${basename(resolve(path))}`)
    const server = await readServerMetrics(path, { load: run.plan.load, phases })
    const power = await readPower(path, { load: run.plan.load, phases })
    const meter = power?.result({})?.meter
    const levels = [...(server ? serverLevels(server) : []), ...(power && meter ? powerLevels(power, meter) : [])]
    sources.push(levels.length > 0 ? { ...timeline, levels } : timeline)
  }
  return sources
}

async function runsIn(folder: string): Promise<string[]> {
  try {
    return await findRuns([folder])
  } catch (error) {
    if (error instanceof RunFolderError && error.problem === noRunProblem) return []
    throw error
  }
}
