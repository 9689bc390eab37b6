import { basename, join, resolve, sep } from 'node:path'
import { PlanError, type PlannedTree, parsePlan } from '@reprise/replay-engine'
import { type ReportRequest, type ReportRun, reportRequest } from '../render/report/content/report-run.ts'
import { loadApart, loadSizeOf } from '../result/load-size.ts'
import { pointsOf, type Result } from '../result/result.ts'
import type { RunFile } from '../result/run-header.ts'
import { type ToldFacts, tellResult } from '../result/tell-result.ts'
import { buildRun, cutRequests } from '../run-folder/build-run.ts'
import { maxBytes } from '../run-folder/max-bytes.ts'
import { readPlainFile } from '../run-folder/open-plain-file.ts'
import { readResult } from '../run-folder/read-result.ts'
import { readRun } from '../run-folder/read-run.ts'
import { readPower, readServerMetrics } from '../run-folder/read-server-metrics.ts'
import { RunFolderError, runFiles } from '../run-folder/run-folder.ts'
import { powerLevels } from '../timeline/power-levels.ts'
import { serverLevels } from '../timeline/server-levels.ts'
import type { LabelledFolder } from './find-labelled-runs.ts'

/**
 * Runs as a report takes them in. A run without `results.json` is built from its records, and nothing is written. `told`: facts of the deployment
 * that the runs were not told; a folder's own label stands before it.
 *
 * @throws RunFolderError when a folder holds no readable run.
 */
export async function readReportRuns(folders: readonly LabelledFolder[], told: ToldFacts = {}): Promise<ReportRun[]> {
  const plans = new PlanReader()
  const runs: ReportRun[] = []
  for (const { folder, label } of folders) {
    const stored = await readRun(folder)
    const { run, phases, records } = stored
    const cut = await cutRequests(stored)
    const requests: ReportRequest[] = []
    // As in the result: what a break cut short and was sent again counts once.
    for await (const record of records()) if (!cut.has(record)) requests.push(reportRequest(record))
    const plannedTrees = await plans.treesOf(folder, run)
    const server = await readServerMetrics(folder, { load: run.plan.load, phases })
    const power = await readPower(folder, { load: run.plan.load, phases })
    const result = tellResult(await resultOf(folder, run), label === undefined ? told : { ...told, label })
    const levels = [
      ...(server ? serverLevels(server) : []),
      ...(power && result.power ? powerLevels(power, result.power.meter) : []),
    ]
    for (const point of pointsOf(result))
      runs.push({
        name:
          point === result
            ? basename(resolve(folder))
            : `${basename(resolve(folder))} lanes ${loadSizeOf(point.load).value}`,
        way: resolve(folder).split(sep),
        result: point,
        phases,
        requests,
        ...(levels.length > 0 && { levels }),
        ...(plannedTrees && { plannedTrees }),
      })
  }
  return runs
}

/** The saved result; one that is built now where there is none, or where it is of the attempts before one that was killed. */
async function resultOf(folder: string, { ended }: RunFile): Promise<Result> {
  if (!ended) return buildRun(folder)
  const saved = await readResult(folder).catch((error: unknown) => {
    if (error instanceof RunFolderError && error.isMissing) return undefined
    throw error
  })
  return saved ?? (await buildRun(folder))
}

/** Reads each different plan once: the points of a sweep differ in lanes, not in trees. */
class PlanReader {
  readonly #known = new Map<string, readonly PlannedTree[] | undefined>()

  async treesOf(folder: string, { plan }: RunFile): Promise<readonly PlannedTree[] | undefined> {
    const key = JSON.stringify([plan.corpusDigest, plan.load.timeScale, loadApart(plan.load)])
    if (!this.#known.has(key)) this.#known.set(key, await readTrees(join(folder, runFiles.plan)))
    return this.#known.get(key)
  }
}

async function readTrees(path: string): Promise<readonly PlannedTree[] | undefined> {
  try {
    return parsePlan(await readPlainFile(path, maxBytes.plan)).trees
  } catch (error) {
    if (error instanceof PlanError || error instanceof RunFolderError) return undefined
    throw error
  }
}
