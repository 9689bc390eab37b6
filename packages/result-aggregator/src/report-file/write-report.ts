import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { printable } from '@reprise/safe-text'
import { renderReport } from '../render/report/render-report.ts'
import { findRuns } from '../run-folder/find-runs.ts'
import { listInManifest } from '../run-folder/list-in-manifest.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { manifestProblems, renderManifestProblems } from '../run-folder/manifest-problems.ts'
import { savedResultProblem } from '../run-folder/saved-result-problem.ts'
import { StoredPlans } from '../run-folder/stored-plans.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { readReportRuns } from './read-report-runs.ts'
import { readReportAssets } from './report-assets.ts'

export interface WrittenReport {
  readonly path: string
  readonly runs: number
  readonly requests: number
  readonly bytes: number
  /** Runs whose files do not fit each other, a line for each: the page shows the results that lie there. Absent: none. */
  readonly changed?: readonly string[]
}

/**
 * Writes one page about all runs among and below the given folders. Without `out` it lies in the folder of the one run, or in the nearest
 * that holds all of them. `justWritten`: by this process, so that nobody can have changed them.
 *
 * @throws RunFolderError when a folder holds no readable run, or the page cannot be written.
 */
export async function writeReport(
  paths: readonly string[],
  { out, justWritten = false }: { out?: string; justWritten?: boolean } = {},
): Promise<WrittenReport> {
  const folders = await findRuns(paths)
  const path = out ?? join(commonFolder(folders), 'report.html')
  const changed = justWritten ? [] : await changedRuns(folders)
  const runs = await readReportRuns(folders, dirname(path))
  const page = renderReport(runs, readReportAssets())
  await makeFolder(dirname(path))
  await writeFileWhole(path, page)
  await listInManifest(dirname(path), basename(path), page)
  const requests = runs.reduce((total, run) => total + run.requests.length, 0)
  return {
    path,
    runs: runs.length,
    requests,
    bytes: Buffer.byteLength(page),
    ...(changed.length > 0 && { changed }),
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
