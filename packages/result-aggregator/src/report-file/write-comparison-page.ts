import { dirname } from 'node:path'
import { type ComparisonPage, renderComparisonPage } from '../render/comparison/render-comparison-page.ts'
import { makeFolder } from '../run-folder/make-folder.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { readTracesAssets } from './report-assets.ts'

/** Writes a page about two runs, or two groups of them. @throws RunFolderError when it cannot be written. */
export async function writeComparisonPage(path: string, page: ComparisonPage): Promise<void> {
  const text = renderComparisonPage(page, readTracesAssets())
  await makeFolder(dirname(path))
  await writeFileWhole(path, text)
}
