import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { PlanError, type PlannedTree, parsePlan } from '@reprise/replay-engine'
import { type ReportRequest, type ReportRun, reportRequest } from '../render/report/content/report-run.ts'
import { loadApart, loadSizeOf } from '../result/load-size.ts'
import { pointsOf } from '../result/result.ts'
import type { RunFile } from '../result/run-header.ts'
import { buildRun, cutRequests } from '../run-folder/build-run.ts'
import { maxBytes } from '../run-folder/max-bytes.ts'
import { readPlainFile } from '../run-folder/open-plain-file.ts'
import { readResult } from '../run-folder/read-result.ts'
import { readRun } from '../run-folder/read-run.ts'
import { RunFolderError, runFiles } from '../run-folder/run-folder.ts'

/**
 * Runs as a report takes them in; links are made as seen from `reportFolder`. A run without `results.json` is built from its records, and
 * nothing is written.
 *
 * @throws RunFolderError when a folder holds no readable run.
 */
export async function readReportRuns(folders: readonly string[], reportFolder: string): Promise<ReportRun[]> {
  const plans = new PlanReader()
  const runs: ReportRun[] = []
  for (const folder of folders) {
    const stored = await readRun(folder)
    const { run, phases, records } = stored
    const cut = await cutRequests(stored)
    const requests: ReportRequest[] = []
    // As in the result: what a break cut short and was sent again counts once.
    for await (const record of records()) if (!cut.has(record)) requests.push(reportRequest(record))
    const href = linkTo(join(folder, runFiles.result), reportFolder)
    const plannedTrees = await plans.treesOf(folder, run)
    const { result, saved } = await resultOf(folder, run)
    for (const point of pointsOf(result))
      runs.push({
        name:
          point === result
            ? basename(resolve(folder))
            : `${basename(resolve(folder))} lanes ${loadSizeOf(point.load).value}`,
        result: point,
        phases,
        requests,
        ...(saved && href !== undefined && { href }),
        ...(plannedTrees && { plannedTrees }),
      })
  }
  return runs
}

/** The saved result; one that is built now where there is none, or where it is of the attempts before one that was killed. */
async function resultOf(folder: string, { ended }: RunFile) {
  if (!ended) return { result: await buildRun(folder), saved: false }
  const saved = await readResult(folder).catch((error: unknown) => {
    if (error instanceof RunFolderError && error.isMissing) return undefined
    throw error
  })
  return { result: saved ?? (await buildRun(folder)), saved: saved !== undefined }
}

/** A relative address with `./` before it, so that no folder's name reads as a scheme; `undefined` on another drive. */
function linkTo(path: string, from: string): string | undefined {
  const way = relative(resolve(from), resolve(path))
  if (isAbsolute(way)) return undefined
  return `./${way.split(sep).map(encodeURIComponent).join('/')}`
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
