import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '@reprise/result-aggregator/run'
import type { Page } from 'playwright-core'
import { runHere } from './run-here.ts'

/** Runs a command that must end well; returns what it printed. */
export async function reprise(...args: readonly string[]): Promise<string> {
  const run = await runHere(args)
  if (run.code !== 0) throw new Error(`reprise ${args.join(' ')} ended with ${run.code}: ${run.stderr}`)
  return run.stdout
}

/** The run once more, as if something else had been measured. */
export function copyRun(from: string, to: string, change: (result: Result) => Result): void {
  cpSync(from, to, { recursive: true })
  const path = join(to, 'results.json')
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Result)))
}

/** Marks that a chart has drawn, once all are, by the name of their series; hidden series are not among them. */
export async function marksOf(page: Page, chart: string): Promise<Record<string, number>> {
  await page.waitForSelector('html:not([data-drawn="no"])')
  return page.evaluate(`(() => {
    const marks = {}
    echarts.getInstanceByDom(document.getElementById('${chart}')).getModel().eachSeries((series) => {
      let drawn = 0
      series.getData().eachItemGraphicEl(() => { drawn += 1 })
      marks[series.name] = (marks[series.name] ?? 0) + drawn
    })
    return marks
  })()`)
}

/** Where in the window a datum of the chart stands. */
export function placeOf(page: Page, chart: string, series: number, datum: number): Promise<{ x: number; y: number }> {
  return page.evaluate(`(() => {
    const place = document.getElementById('${chart}')
    place.scrollIntoView({ block: 'center' })
    const data = echarts.getInstanceByDom(place).getModel().getSeriesByIndex(${series}).getData()
    const mark = data.getItemGraphicEl(${datum})
    const bounds = mark.getBoundingRect().clone()
    bounds.applyTransform(mark.getComputedTransform())
    const frame = place.getBoundingClientRect()
    return { x: frame.x + bounds.x + bounds.width / 2, y: frame.y + bounds.y + bounds.height / 2 }
  })()`)
}
