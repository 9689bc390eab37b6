import { createContext, Script } from 'node:vm'
import { buildReportData } from '../render/report/content/build-report-data.ts'
import { groupRuns } from '../render/report/content/group-runs.ts'
import type { ReportRun } from '../render/report/content/report-run.ts'
import { readPictureAssets } from './report-assets.ts'

export interface Picture {
  readonly name: string
  readonly svg: string
}

/** The charts of a report as SVG, drawn by the page's own code without a page. */
export function drawReportPictures(runs: readonly ReportRun[]): readonly Picture[] {
  const { chartLibrary, script } = readPictureAssets()
  const reportData = JSON.stringify(buildReportData(groupRuns(runs), { maxRows: 0 }))
  const place = { pictures: [] as Picture[], setTimeout, clearTimeout, console }
  const context = createContext(place)
  new Script(chartLibrary).runInContext(context)
  new Script(`globalThis.reportData = ${reportData.replaceAll('<', '\\u003c')}`).runInContext(context)
  new Script(script).runInContext(context)
  return place.pictures.map(({ name, svg }) => ({ name, svg }))
}
