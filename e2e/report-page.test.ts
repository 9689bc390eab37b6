import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '@reprise/result-aggregator/run'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from './axe-violations.ts'
import { chromiumIsHere, startChromium } from './chromium.ts'
import { openFile } from './open-file.ts'
import { copyRun, marksOf, reprise } from './report.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-page-'))
const run = join(folder, 'run')
/** One run in forty-two places of a sweep, on six kinds of hardware, one of which has its number of GPUs. */
const large = join(folder, 'large.html')
const small = join(run, 'report.html')

beforeAll(async () => {
  await reprise('simulate', '--lanes', '4', '--duration', '120', '--out', run, '--quiet')
  for (let copy = 0; copy < 42; copy += 1)
    copyRun(run, join(folder, 'runs', String(copy)), (result) => placed(result, copy))
  await reprise('report', join(folder, 'runs'), '--out', large)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function placed(result: Result, copy: number): Result {
  const hardware = `chip-${Math.floor(copy / 7)}`
  const gpus = copy < 7 ? { gpus: 8 } : {}
  return {
    ...result,
    identity: { ...result.identity, hardware, ...gpus },
    load: { ...result.load, lanes: 2 ** (copy % 7) } as Result['load'],
  }
}

describe.skipIf(!chromiumIsHere && !process.env.CI)('the page in the browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  test.each([
    { width: 390, theme: 'light' },
    { width: 768, theme: 'dark' },
    { width: 1400, theme: 'dark', forcedColors: 'active' },
  ] as const)('$width pixels wide, $theme: nothing hangs over, and axe-core finds nothing', async (look) => {
    const { page, requests, complaints } = await openFile(browser, small, look)
    for (const width of [390, 768, 1400]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${width}`).toBeLessThanOrEqual(width)
    }
    await page.setViewportSize({ width: look.width, height: 900 })
    expect(await axeViolations(page)).toEqual([])
    // Nor do tables that are unfolded.
    await page.evaluate('for (const each of document.querySelectorAll("details:not(.long)")) each.open = true')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width)
    expect(await axeViolations(page)).toEqual([])
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
  })

  test('forty-two runs show a chart on the first screen, under their headline', async () => {
    const { page } = await openFile(browser, large, { width: 1400 })
    const chart = await page.locator('#chart-total').boundingBox()
    expect(chart!.y + chart!.height).toBeLessThanOrEqual(900)
    expect(await page.locator('.cards').textContent()).toMatch(
      /Best throughput.*output tok\/s.*TTFT p90.*TPOT p90.*Hits lost/s,
    )
    const caveats = page.locator('.caveats > summary')
    expect(await caveats.textContent()).toMatch(/^\d+ caveats: .*simulated-target/)
    expect(await page.locator('.reason').first().isVisible()).toBe(false)
    await caveats.click()
    // A line each.
    expect((await page.locator('.reason').first().boundingBox())!.height).toBeLessThan(30)
  })

  test('on paper: charts as wide as the sheet, what was folded open, and no title alone at the foot of a page', async () => {
    const { page } = await openFile(browser, small, { theme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await page.evaluate('document.documentElement.dataset.shown')).toBe('light')
    expect(await page.locator('.tools').first().isVisible()).toBe(false)
    expect(await page.locator('.reason').first().isVisible()).toBe(true)
    const kept = await page.evaluate<string[]>(
      "[...document.querySelectorAll('h2, h3, summary')].map((each) => getComputedStyle(each).breakAfter)",
    )
    expect(new Set(kept)).toEqual(new Set(['avoid']))
    expect(await axeViolations(page)).toEqual([])
  })

  test('tables are copied with tabs and saved as CSV, charts as SVG and CSV', async () => {
    const { page, complaints } = await openFile(browser, large)
    await page.locator('#headline details.table > summary').click()
    await page.evaluate(
      "window.addEventListener('copy', (event) => { window.copied = event.clipboardData.getData('text/plain') })",
    )
    await page.locator('#headline .tool', { hasText: 'Copy table' }).click()
    const copied = (await page.evaluate<string>('window.copied')).split('\n')
    expect(copied).toHaveLength(43)
    expect(copied[0]!.split('\t').slice(0, 4)).toEqual(['Point', 'Curve', 'TTFT p90, ms', 'TPOT p90, ms'])
    const csv = await saved(page, '#headline details.table .tool >> text=CSV')
    expect(csv.name).toMatch(/\.csv$/)
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(43)
    const figure = 'figure:has(#chart-total) .tool'
    expect((await saved(page, `${figure} >> text=CSV`)).text.trimEnd().split('\r\n')).toHaveLength(43)
    const svg = await saved(page, `${figure} >> text=SVG`)
    expect(svg.name).toBe('the-whole-deployment.svg')
    expect(svg.text).toMatch(/^<svg[^>]+xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg.text).toContain('The whole deployment')
    expect(svg.text).toMatch(/n = [\d,]+ requests, window = 120 s, estimator = tokens that came/)
    const png = page.waitForEvent('download')
    await page.locator(`${figure} >> text=PNG`).click()
    const bytes = readFileSync(await (await png).path())
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    // Twice as wide as the chart, which is more than nothing.
    const { width } = (await page.locator('#chart-total').boundingBox())!
    expect(bytes.readUInt32BE(16)).toBe(2 * Math.round(width))
    expect(complaints).toEqual([])
  })

  test('words are explained on hover and on focus, until Escape; keys reach the charts, and what is spoken is what is shown', async () => {
    const { page } = await openFile(browser, large)
    const tip = page.locator('#term-tip')
    const term = page.locator('.cards .term').nth(1)
    await term.focus()
    expect(await tip.textContent()).toMatch(/^Time to first token/)
    expect(await term.getAttribute('aria-describedby')).toBe('term-tip')
    await page.keyboard.press('Escape')
    expect(await tip.isVisible()).toBe(false)
    await term.hover()
    expect(await tip.isVisible()).toBe(true)

    const chart = page.locator('#chart-total')
    expect([await chart.getAttribute('role'), await chart.getAttribute('aria-roledescription')]).toEqual([
      'application',
      'chart',
    ])
    await chart.focus()
    await page.keyboard.press('ArrowRight')
    const spoken = await page.locator('#chart-total-spoken').textContent()
    for (const cell of await page.locator('#chart-total .tip td').allTextContents()) expect(spoken).toContain(cell)
    await page.keyboard.press('Enter')
    expect(await page.locator('#run-title').textContent()).toContain('chip-0')
  })

  test('a run by percentile and over its time; jobs; and costs that follow the prices of the page', async () => {
    const { page, complaints } = await openFile(browser, large)
    const quantiles = await marksOf(page, 'chart-quantiles-ttft')
    expect(quantiles['ended well']).toBeGreaterThan(8)
    expect((await marksOf(page, 'chart-time-output')).output).toBe(60)
    const { ok } = (JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as Result).counts
    for (const chart of ['chart-prefill', 'chart-context']) {
      const marks = Object.entries(await marksOf(page, chart)).filter(([name]) => !name.startsWith('line:'))
      expect(
        marks.reduce((sum, [, drawn]) => sum + drawn, 0),
        chart,
      ).toBe(ok)
    }
    // Nobody read a meter, and nothing is said of it.
    expect(await page.locator('figure:has(#chart-time-power)').isVisible()).toBe(false)
    expect(Object.values(await marksOf(page, 'chart-jobs')).reduce((sum, marks) => sum + marks)).toBe(7)
    const tier = (name: string) => page.locator(`#tiers tr:has(th:text-is("${name}")) input`)
    const held = async () => (await saved(page, 'figure:has(#chart-agents) .tool >> text=CSV')).text
    // All copies of the run have its latencies, so that every size of each curve keeps what the run keeps.
    expect(Object.values(await marksOf(page, 'chart-agents'))).toEqual([3, 3, 3, 3, 3, 3])
    await tier('fast').first().fill('0.000001')
    expect(await held()).toContain('not even the smallest that was measured, 1 lanes')
    await tier('fast').first().fill('')
    await tier('fast').nth(1).fill('')
    expect((await held()).split('\r\n')[1]).toMatch(/, ?fast.*64 lanes/)
    // Of the one hardware that has a number of GPUs nobody knows a price.
    expect((await marksOf(page, 'chart-cost'))['chip-0 · 8 GPUs']).toBe(0)
    await page.locator('#prices input[data-hardware="chip-0"][data-basis="own"]').fill('2.5')
    expect((await marksOf(page, 'chart-cost'))['chip-0 · 8 GPUs']).toBe(7)
    const csv = await saved(page, 'figure:has(#chart-cost) .tool >> text=CSV')
    const { output } = (JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as Result).throughput!
    const usd = ((2.5 * 8 * 1e6) / (output * 3600)).toLocaleString('en-US', { maximumSignificantDigits: 6 })
    expect(csv.text).toContain(usd)
    expect(complaints).toEqual([])
  })

  test('the page tells of a run by itself: its figures, reasons, origin and command', async () => {
    const { page } = await openFile(browser, large)
    await page.selectOption('#point', '3')
    const figures = JSON.parse(readFileSync(join(run, 'results.json'), 'utf8')) as Result
    expect(await page.locator('#run-totals').textContent()).toContain(`${figures.counts.ok} ok`)
    expect(await page.locator('#run-verdict').textContent()).toContain('simulated-target')
    expect(await page.locator('#run-command').textContent()).toContain('reprise simulate --lanes 4')
    expect(await page.locator('#run-facts').textContent()).toContain('Plan digest')
    await page.locator('details:has(#run-metrics) > summary').click()
    expect(await page.locator('#run-metrics tbody tr').count()).toBe(Object.keys(figures.metrics).length)
    expect(await page.locator('a:not([href^="#"])').count()).toBe(0)
    const slowest = page.locator('details:has(#run-table-requests)')
    await slowest.locator('summary').click()
    expect(await slowest.locator('tbody tr').count()).toBe(Math.min(20, figures.counts.ok))
    // Nothing failed, and nobody asked for objectives.
    for (const name of ['failures', 'objectives'])
      expect(await page.locator(`details:has(#run-table-${name})`).isVisible()).toBe(false)
    expect(await page.locator('#chart-quantiles-ttft-about .basis').textContent()).toBe(
      `n = ${figures.counts.ok} requests, window = 120 s, estimator = percentiles of Hyndman and Fan, type 7`,
    )
  })
})

async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent('download')
  await page.locator(button).first().click()
  const file = await download
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}
