import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '@reprise/result-aggregator/run'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startChromium } from './chromium.ts'
import { openFile } from './open-file.ts'
import { copyRun, marksOf, placeOf, reprise } from './report.fixture.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const lanes = [2, 5, 12]
const folder = mkdtempSync(join(tmpdir(), 'reprise-report-'))
const sweep = join(folder, 'sweep')
const report = join(sweep, 'report.html')
/** The sweep once more as it is. */
const copied = join(folder, 'copied')
/** The sweep, and once more as if on eight GPUs, in one page. */
const both = join(folder, 'both.html')

beforeAll(async () => {
  await reprise('simulate', '--lanes', lanes.join(), '--duration', '400', '--out', sweep, '--quiet')
  for (const count of lanes) copyRun(join(sweep, `lanes-${count}`), join(folder, 'gpus', `${count}`), onEightGpus)
  for (const count of lanes) copyRun(join(sweep, `lanes-${count}`), join(copied, `${count}`), (result) => result)
  expect((await reprise('report', sweep)).trim()).toBe(report)
  await reprise('report', sweep, join(folder, 'gpus'), '--out', both)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a folder without runs is told to its author', async () => {
  const empty = temporaryFolder()
  const run = await runHere(['report', empty])
  expect(run.stderr).toMatch(/no run in it\. Give the folder of a run/)
  expect(run.code).toBe(2)
})

test('the same runs give the same bytes, and --json says what was written', async () => {
  const again = join(temporaryFolder(), 'again.html')
  const written = JSON.parse(await reprise('report', sweep, '--out', again, '--json')) as {
    runs: number
    bytes: number
  }
  expect(written).toMatchObject({ path: again, runs: 3, bytes: statSync(again).size })
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(report, 'utf8'))
})

if (!chromiumIsHere)
  console.warn('SKIPPED: the report is not looked at, since /usr/bin/chromium is missing (apt-get install chromium)')

describe.skipIf(!chromiumIsHere && !process.env.CI)('in the browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  test.each(['light', 'dark'] as const)('%s: no request, no complaint, as many marks as runs', async (theme) => {
    const { page, requests, complaints } = await openFile(browser, report, { theme })
    const runs = lanes.length
    for (const chart of ['chart-ttft', 'chart-tpot', 'chart-e2e']) {
      expect(await marksOf(page, chart), chart).toEqual({ p50: runs, p90: runs, p99: runs })
    }
    expect(await marksOf(page, 'chart-cache')).toEqual({ measured: runs, ideal: runs })
    expect(await marksOf(page, 'chart-client')).toEqual({ 'dispatch delay': runs, 'event-loop delay': 0 })
    const [name, ...frontier] = Object.entries(await marksOf(page, 'chart-total'))
    expect(name).toEqual([expect.stringContaining('reprise-sim'), runs])
    expect(frontier).toEqual([['Pareto frontier', 0]])
    for (const chart of ['chart-input', 'chart-output', 'chart-think', 'chart-turns']) {
      expect((await marksOf(page, chart)).replayed, chart).toBeGreaterThan(2)
    }
    expect(await page.locator('#tradeoff figure .absent').textContent()).toMatch(/number of GPUs was given with none/)
    const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    expect(paper).toBe(theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 29)')
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
  })

  test('the theme button overrides the system, and paper is always light', async () => {
    const { page, complaints } = await openFile(browser, report, { theme: 'dark' })
    const shown = () => page.evaluate<string>('document.documentElement.dataset.shown')
    expect(await shown()).toBe('dark')
    await page.click('#theme')
    expect(await shown()).toBe('light')
    await page.click('#theme')
    expect(await shown()).toBe('dark')
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await shown()).toBe('light')
    expect(complaints).toEqual([])
  })

  test('the timeline has a bar per request, of whichever run is chosen', async () => {
    const { page, complaints } = await openFile(browser, report)
    for (const [index, count] of lanes.entries()) {
      await page.selectOption('#point', String(index))
      const requests = linesOf(join(sweep, `lanes-${count}`, 'records.jsonl'))
      const marks = await marksOf(page, 'chart-timeline')
      expect(marks['root sessions']! + marks.subagents!).toBe(requests)
      expect(await page.locator('#timeline-note').textContent()).toContain(`All ${requests} requests`)
    }
    const inked = await page.evaluate<{ waiting: number; idle: number }>(`(() => {
      const canvas = document.querySelector('#chart-timeline canvas')
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      const inked = { waiting: 0, idle: 0 }
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = data.subarray(at, at + 3)
        if (red > 200 && green > 120 && blue < 60) inked.waiting += 1
        if (red > 160 && red < 185 && Math.abs(red - blue) < 20) inked.idle += 1
      }
      return inked
    })()`)
    expect(inked.waiting).toBeGreaterThan(500)
    expect(inked.idle).toBeGreaterThan(5_000)
    await page.click('#timeline-table summary')
    await page.waitForSelector('#timeline-table tbody tr')
    expect(await page.locator('#timeline-table tbody tr').count()).toBe(
      linesOf(join(sweep, 'lanes-12', 'records.jsonl')),
    )
    await page.click('#zoom-in')
    expect(complaints).toEqual([])
  })

  test('hovering gives exact values, the legend hides, arrow keys walk, a click shows the run', async () => {
    const { page, complaints } = await openFile(browser, report)
    const result = JSON.parse(readFileSync(join(sweep, 'lanes-12', 'results.json'), 'utf8')) as Result
    const exact = result.throughput!.output.toLocaleString('en-US', { maximumSignificantDigits: 6 })
    const place = await placeOf(page, 'chart-total', 0, 2)
    await page.mouse.move(place.x, place.y)
    await page.waitForSelector('#chart-total .tip >> visible=true')
    expect(await page.locator('#chart-total .tip').textContent()).toContain(exact)

    await page.selectOption('#point', '0')
    await page.mouse.click(place.x, place.y)
    expect(await page.locator('#point').inputValue()).toBe('2')

    const button = page.locator('#chart-ttft-legend button', { hasText: 'p99' })
    await button.click()
    expect(await marksOf(page, 'chart-ttft')).toEqual({ p50: 3, p90: 3 })
    expect(await button.getAttribute('aria-pressed')).toBe('false')
    await button.click()
    expect(Object.keys(await marksOf(page, 'chart-ttft'))).toContain('p99')

    await page.focus('#chart-ttft')
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('#chart-ttft-spoken').textContent()).toMatch(
      /^2 lanes, p50, ms [\d.,]+, Verdict indicative/,
    )
    expect(complaints).toEqual([])
  })

  test('two groups: per GPU for those that say how many, and a way from every name to its run', async () => {
    const { page, complaints } = await openFile(browser, both)
    const total = Object.entries(await marksOf(page, 'chart-total'))
    expect(total.map(([, marks]) => marks)).toEqual([3, 3, 0])
    const perGpu = await marksOf(page, 'chart-per-gpu')
    expect(Object.values(perGpu)).toEqual([0, 3, 0])
    expect(Object.keys(perGpu)[1]).toContain('acme-x')
    expect(await marksOf(page, 'chart-ttft')).toEqual(Object.fromEntries(total.slice(0, 2)))
    await page.selectOption('#tradeoff-x', 'ttft')
    expect(Object.values(await marksOf(page, 'chart-total'))).toEqual([3, 3, 0])

    const links = page.locator('#tradeoff details:first-of-type tbody a')
    expect(await links.count()).toBe(6)
    await page.click('#tradeoff details:first-of-type summary')
    await links.nth(4).click()
    expect(await page.locator('#point').inputValue()).toBe('4')
    expect(complaints).toEqual([])
  })

  test('folders under names are curves of these names, and a line from one to the other', async () => {
    const named = join(temporaryFolder(), 'named.html')
    await reprise('report', `v1=${sweep}`, `v2=${join(folder, 'gpus')}`, '--out', named)
    const { page, complaints } = await openFile(browser, named)
    expect(Object.keys(await marksOf(page, 'chart-total')).slice(0, 2)).toEqual(['v1', 'v2'])
    // The second is of other hardware, and no revision of the first.
    expect(await page.locator('#trend').count()).toBe(0)
    await reprise('report', `v1=${sweep}`, `v2=${copied}`, '--out', named)
    const { page: again } = await openFile(browser, named)
    expect(await marksOf(again, 'chart-trend')).toEqual({ '2 lanes': 2, '5 lanes': 2, '12 lanes': 2 })
    expect(complaints).toEqual([])
  })

  test('what a trace is called stays text', async () => {
    const evil = `</script><img src=x onerror="alert(1)"><svg onload=alert(2)>`
    const outer = temporaryFolder()
    await reprise(
      'trace',
      'synth',
      '--out',
      join(outer, 'traces'),
      '--traces',
      '4',
      '--scale',
      '0.05',
      '--turn-scale',
      '0.1',
    )
    for (const [index, name] of readdirSync(join(outer, 'traces')).entries()) {
      const path = join(outer, 'traces', name)
      const trace = JSON.parse(readFileSync(path, 'utf8')) as { id: string }
      writeFileSync(path, JSON.stringify({ ...trace, id: `${evil}${index}` }))
    }
    const run = join(outer, 'a <img src=x onerror=alert(3)> #1')
    await reprise(
      'simulate',
      '--traces',
      join(outer, 'traces'),
      '--lanes',
      '2',
      '--duration',
      '60',
      '--out',
      run,
      '--quiet',
    )
    const path = (await reprise('report', run)).trim()
    const { page, requests, complaints } = await openFile(browser, path)
    await page.click('#timeline-table summary')
    await page.waitForSelector('#timeline-table tbody tr')
    expect(await page.locator('#timeline-table tbody').textContent()).toContain('onerror="alert(1)"')
    const place = await placeOf(page, 'chart-timeline', 1, 0)
    await page.mouse.move(place.x, place.y)
    await page.waitForSelector('#chart-timeline .tip >> visible=true')
    expect(await page.locator('#chart-timeline .tip b').textContent()).toContain('</script>')
    expect(await page.locator('img, svg[onload]').count()).toBe(0)
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
  })

  test('sixty runs: at most 5 MB', { timeout: 90_000 }, async () => {
    const outer = temporaryFolder()
    await reprise('simulate', '--lanes', '48', '--duration', '400', '--out', join(outer, 'large'), '--quiet')
    for (let copy = 0; copy < 60; copy += 1) {
      const from = copy < 50 ? join(outer, 'large') : join(sweep, 'lanes-12')
      copyRun(from, join(outer, 'runs', String(copy)), (result) => ({
        ...result,
        load: { ...result.load, lanes: copy + 1 },
      }))
    }
    const path = join(outer, 'sixty.html')
    await reprise('report', join(outer, 'runs'), '--out', path)
    const { page, complaints } = await openFile(browser, path)
    // The page's own script is over by then, and it has said that the page is ready.
    const interactiveMs = await page.evaluate<number>(
      "performance.getEntriesByType('navigation')[0].domContentLoadedEventStart",
    )
    expect(await page.evaluate('document.documentElement.dataset.ready')).toBe('yes')
    const bytes = statSync(path).size
    console.log(`60 runs: ${(bytes / 1e6).toFixed(2)} MB, interactive after ${Math.round(interactiveMs)} ms`)
    expect(bytes).toBeLessThanOrEqual(5_000_000)
    expect(await marksOf(page, 'chart-ttft')).toEqual({ p50: 60, p90: 60, p99: 60 })
    expect(complaints).toEqual([])
  })
})

function onEightGpus(result: Result): Result {
  return { ...result, identity: { ...result.identity, hardware: 'acme-x', gpus: 8 } }
}

function linesOf(path: string): number {
  return readFileSync(path, 'utf8').trimEnd().split('\n').length
}
