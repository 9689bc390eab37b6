import { basename, dirname, join } from 'node:path'
import type { ReportRun } from '../render/report/content/report-run.ts'
import { renderReportCsv } from '../render/report/report-csv.ts'
import { renderReportMarkdown } from '../render/report/report-markdown.ts'
import { listInManifest } from '../run-folder/list-in-manifest.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { drawReportPictures } from './draw-report-pictures.ts'

/** What a report may be written as besides its page. */
export const besideShapes = ['csv', 'svg', 'markdown'] as const
export type BesideShape = (typeof besideShapes)[number]

/** Writes the same runs beside their page: `report.csv`, `report.md`, `report-ttft.svg` and so on. Returns the paths. @throws RunFolderError */
export async function writeBeside(
  page: string,
  runs: readonly ReportRun[],
  shapes: readonly BesideShape[],
): Promise<string[]> {
  const stem = join(dirname(page), basename(page).replace(/\.html?$/i, ''))
  const texts = shapes.flatMap((shape) => textsOf(shape, runs))
  for (const { ending, text } of texts) {
    await writeFileWhole(`${stem}${ending}`, text)
    await listInManifest(dirname(page), `${basename(stem)}${ending}`, text)
  }
  return texts.map(({ ending }) => `${stem}${ending}`)
}

function textsOf(shape: BesideShape, runs: readonly ReportRun[]): { ending: string; text: string }[] {
  switch (shape) {
    case 'csv':
      return [{ ending: '.csv', text: renderReportCsv(runs) }]
    case 'markdown':
      return [{ ending: '.md', text: renderReportMarkdown(runs) }]
    case 'svg':
      return drawReportPictures(runs).map(({ name, svg }) => ({ ending: `-${name}.svg`, text: svg }))
  }
}
