import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { PageAssets } from '../render/page.ts'
import { bundleScript } from './bundle-script.ts'

const renderFolder = join(import.meta.dirname, '../render')
const reportClient = join(renderFolder, 'report/client')

/** The chart library, our script and the style sheet, as they go into the report. */
export function readReportAssets(): PageAssets {
  return assetsFor(join(reportClient, 'start-page.ts'))
}

/** What draws the charts of a report without a page. */
export function readPictureAssets(): PageAssets {
  return assetsFor(join(reportClient, 'draw-pictures.ts'))
}

/** The same of a page about traces. */
export function readTracesAssets(): PageAssets {
  return assetsFor(join(renderFolder, 'traces/client/start-traces-page.ts'))
}

/** The same of a page about fidelity. */
export function readFidelityAssets(): PageAssets {
  return assetsFor(join(renderFolder, 'fidelity/client/start-fidelity-page.ts'))
}

function assetsFor(script: string): PageAssets {
  return {
    chartLibrary: readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'), 'utf8'),
    script: bundleScript(script),
    style: ['page.css', 'headline-and-tools.css', 'tables-and-print.css']
      .map((name) => readFileSync(join(reportClient, name), 'utf8'))
      .join(''),
  }
}
