import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { printable } from '@reprise/safe-text'
import type { CapacityStory } from '../render/report/content/capacity-story.ts'
import type { PriceTable } from '../render/report/content/price-table.ts'
import { renderReport } from '../render/report/render-report.ts'
import { type ToldFacts, toldOtherwise } from '../result/tell-result.ts'
import { listInManifest } from '../run-folder/list-in-manifest.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { manifestProblems, renderManifestProblems } from '../run-folder/manifest-problems.ts'
import { savedResultProblem } from '../run-folder/saved-result-problem.ts'
import { StoredPlans } from '../run-folder/stored-plans.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { findLabelledRuns, type LabelledFolder } from './find-labelled-runs.ts'
import { readReportRuns } from './read-report-runs.ts'
import { readReportAssets } from './report-assets.ts'
import { type BesideShape, writeBeside } from './write-beside.ts'

export interface WrittenReport {
  readonly path: string
  readonly runs: number
  readonly requests: number
  readonly bytes: number
  /** Written beside the page, where it was asked for. Absent: nothing. */
  readonly files?: readonly string[]
  /** Runs whose files do not fit each other, a line for each: the page shows the results that lie there. Absent: none. */
  readonly changed?: readonly string[]
  /** Runs that were told another fact when they began than now, a line for each. Absent: none. */
  readonly toldOtherwise?: readonly string[]
}

/**
 * Writes one page about all runs among and below the given folders, some of them under labels. Without `out` it lies in the folder of the one run,
 * or in the nearest that holds all of them. `told`: facts of the deployment that the runs were not told, such as the number of GPUs. `prices`:
 * instead of the table that comes with the tool. `capacity`: what the search found that the runs are of. `beside`: what else is written beside the page. `justWritten`: by this process, so that nobody
 * can have changed them.
 *
 * @throws RunFolderError when a folder holds no readable run, or the page cannot be written.
 */
export async function writeReport(
  paths: readonly (string | LabelledFolder)[],
  {
    out,
    told = {},
    prices,
    capacity,
    beside = [],
    justWritten = false,
  }: {
    readonly out?: string
    readonly told?: ToldFacts
    readonly prices?: PriceTable
    readonly capacity?: CapacityStory
    readonly beside?: readonly BesideShape[]
    readonly justWritten?: boolean
  } = {},
): Promise<WrittenReport> {
  const labelled = await findLabelledRuns(paths.map((each) => (typeof each === 'string' ? { folder: each } : each)))
  const folders = labelled.map(({ folder }) => folder)
  const path = out ?? join(commonFolder(folders), 'report.html')
  const changed = justWritten ? [] : await changedRuns(folders)
  const runs = await readReportRuns(labelled, told)
  const page = renderReport(runs, readReportAssets(), { ...(prices && { prices }), ...(capacity && { capacity }) })
  await makeFolder(dirname(path))
  await writeFileWhole(path, page)
  await listInManifest(dirname(path), basename(path), page)
  const files = await writeBeside(path, runs, beside)
  const others = runs.flatMap(({ name, result }) => {
    const otherwise = toldOtherwise(result, told)
    return otherwise === undefined ? [] : [`${printable(name, 200)}: ${otherwise}`]
  })
  const requests = runs.reduce((total, run) => total + run.requests.length, 0)
  return {
    path,
    runs: runs.length,
    requests,
    bytes: Buffer.byteLength(page),
    ...(files.length > 0 && { files }),
    ...(changed.length > 0 && { changed }),
    ...(others.length > 0 && { toldOtherwise: others }),
  }
}

async function changedRuns(folders: readonly string[]): Promise<string[]> {
  const changed: string[] = []
  const plans = new StoredPlans()
  for (const folder of folders) {
    const problems = (await manifestProblems(folder)) ?? []
    const problem = problems.length > 0 ? renderManifestProblems(problems) : await savedResultProblem(folder, plans)
    if (problem !== undefined) changed.push(`${printable(folder, 400)} ${problem}`)
  }
  return changed
}

function commonFolder(folders: readonly string[]): string {
  if (folders.length === 1) return folders[0]!
  let common = dirname(folders[0]!)
  while (!folders.every((folder) => isWithin(folder, common)) && dirname(resolve(common)) !== resolve(common)) {
    common = dirname(resolve(common))
  }
  return common
}

function isWithin(folder: string, parent: string): boolean {
  const way = relative(resolve(parent), resolve(folder))
  return !isAbsolute(way) && way.split(sep)[0] !== '..'
}
