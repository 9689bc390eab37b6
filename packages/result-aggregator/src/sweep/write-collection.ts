import { join } from 'node:path'
import type { ResultIndex } from '@reprise/matrix-generator'
import { indexCollection } from '../measure/index-collection.ts'
import { renderComment } from '../render/collection/render-comment.ts'
import { renderComparisonMarkdown } from '../render/collection/render-comparison.ts'
import { renderCollectionCsv } from '../render/collection/render-csv.ts'
import { renderCollectionMarkdown, renderSweepSummary } from '../render/collection/render-markdown.ts'
import { renderPareto } from '../render/collection/render-pareto.ts'
import { renderReport } from '../render/report/render-report.ts'
import { readReportRuns } from '../report-file/read-report-runs.ts'
import { readReportAssets } from '../report-file/report-assets.ts'
import type { Collection } from '../result/collection.ts'
import { lanesOfJob } from '../result/job-identity.ts'
import type { SweepComparison } from '../result/sweep-comparison.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { RunFolderError, runFiles } from '../run-folder/run-folder.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { jobFolderName } from './job-folder.ts'
import { presentJobRuns } from './read-job-evidence.ts'
import { plainFileBytes, UnreadableFile } from './read-untrusted.ts'

/** What a sweep is looked at with; all of it can be made again from `collection.json` and the jobs' folders. */
export const collectionFiles = {
  collection: 'collection.json',
  table: 'table.md',
  csv: 'table.csv',
  summary: 'summary.md',
  comment: 'comment.md',
  index: 'index.json',
  picture: 'pareto.svg',
  report: 'report.html',
} as const

/** Written beside them where an earlier sweep is at hand. */
export const comparisonFile = 'comparison.json'

export interface CollectionPlace {
  /** Folder of the jobs' own. */
  readonly jobs: string
  readonly out: string
  /** Number of the run that keeps the artifacts of these jobs. Absent: nobody will find them again, and the index stays empty. */
  readonly run?: string
  /** With an earlier sweep. */
  readonly comparison?: SweepComparison
}

export interface WrittenCollection {
  readonly folder: string
  /** Runs that could not be taken into the report, and why; one line each. */
  readonly leftOut: readonly string[]
}

/**
 * Writes what was collected into `out`: as JSON, tables, a picture, and a page about the runs of the jobs that are done, which lie below `jobs`.
 *
 * @throws RunFolderError when the folder cannot be written.
 */
export async function writeCollection(
  collection: Collection,
  { jobs, out, run, comparison }: CollectionPlace,
): Promise<WrittenCollection> {
  await makeFolder(out)
  const write = (name: string, text: string) => writeFileWhole(join(out, name), text)
  await write(collectionFiles.collection, `${JSON.stringify(collection, null, 1)}\n`)
  await write(collectionFiles.table, renderCollectionMarkdown(collection))
  await write(collectionFiles.csv, renderCollectionCsv(collection))
  const compared = comparison ? `\n### Against the earlier sweep\n\n${renderComparisonMarkdown(comparison)}` : ''
  await write(collectionFiles.summary, `${renderSweepSummary(collection)}${compared}`)
  await write(collectionFiles.comment, renderComment(collection, comparison))
  await write(collectionFiles.index, `${JSON.stringify(indexOf(collection, run))}\n`)
  if (comparison) await write(comparisonFile, `${JSON.stringify(comparison, null, 1)}\n`)
  await write(collectionFiles.picture, renderPareto(collection))
  const { folders, leftOut } = await reportable(collection, jobs)
  const runs = []
  for (const folder of folders) {
    try {
      runs.push(...(await readReportRuns([{ folder }])))
    } catch (error) {
      if (!(error instanceof RunFolderError)) throw error
      leftOut.push(error.message)
    }
  }
  await write(collectionFiles.report, renderReport(runs, readReportAssets(), { sweep: collection }))
  return { folder: out, leftOut }
}

function indexOf(collection: Collection, run: string | undefined): ResultIndex {
  return run === undefined ? { schema: 'result-index/1', points: [] } : indexCollection(collection, run)
}

/** More than this of records is read by nobody, and by no browser. */
const maxRecordBytes = 256 * 1024 * 1024
const readForReport = [
  ...[runFiles.header, runFiles.plan, runFiles.phases, runFiles.records, runFiles.result],
  runFiles.power,
]

/** The run folders of jobs that are done, as far as their files are plain files of a bearable size. */
async function reportable({ rows }: Collection, jobs: string): Promise<{ folders: string[]; leftOut: string[] }> {
  const folders: string[] = []
  const leftOut: string[] = []
  let room = maxRecordBytes
  for (const { job, status } of rows) {
    if (status.outcome !== 'done') continue
    const folder = join(jobs, jobFolderName(job.id))
    for (const run of await presentJobRuns(folder, lanesOfJob(job))) {
      try {
        const bytes = await bytesOf(folder, run)
        if (bytes > room) throw new UnreadableFile(run, `has ${bytes} bytes, too many for one page with the others`)
        room -= bytes
        folders.push(join(folder, run))
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error
        leftOut.push(`${job.name}: ${error.message}`)
      }
    }
  }
  return { folders, leftOut }
}

async function bytesOf(folder: string, run: string): Promise<number> {
  let sum = 0
  for (const file of readForReport) sum += (await plainFileBytes(folder, `${run}/${file}`)) ?? 0
  return sum
}
