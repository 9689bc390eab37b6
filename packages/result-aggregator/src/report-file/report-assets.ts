import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ReportAssets } from '../render/report/render-report.ts'
import { bundleScript } from './bundle-script.ts'

const clientFolder = join(import.meta.dirname, '../render/report/client')

/** The chart library, our script and the style sheet, as they go into the page. */
export function readReportAssets(): ReportAssets {
  return {
    chartLibrary: readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'), 'utf8'),
    script: bundleScript(join(clientFolder, 'start-page.ts')),
    style: ['page.css', 'tables-and-print.css'].map((name) => readFileSync(join(clientFolder, name), 'utf8')).join(''),
  }
}
