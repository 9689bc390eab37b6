import { dirname } from 'node:path'
import { type ComparePage, renderComparePage } from '../render/traces/render-compare-page.ts'
import { renderStatsPage, type StatsPage } from '../render/traces/render-stats-page.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { readTracesAssets } from './report-assets.ts'

/** Writes a page about a corpus, or about how like two are. @throws RunFolderError when it cannot be written. */
export async function writeTracesPage(path: string, page: StatsPage | ComparePage): Promise<void> {
  const assets = readTracesAssets()
  const text = 'survey' in page ? renderStatsPage(page, assets) : renderComparePage(page, assets)
  await makeFolder(dirname(path))
  await writeFileWhole(path, text)
}
