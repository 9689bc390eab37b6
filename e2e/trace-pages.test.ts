import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startChromium } from './chromium.ts'
import { openFile } from './open-file.ts'
import { marksOf, placeOf, reprise } from './report.fixture.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-pages-'))
const [a, b] = [join(folder, 'a'), join(folder, 'b')]
const stats = join(folder, 'pages', 'stats.html')
const likeness = join(folder, 'likeness.html')

beforeAll(async () => {
  const small = ['--traces', '12', '--scale', '0.05', '--turn-scale', '0.2', '--subagent-share']
  await reprise('trace', 'synth', '--out', a, ...small, '0.5')
  await reprise('trace', 'synth', '--out', b, ...small, '0', '--seed', '7')
  await reprise('trace', 'stats', a, '--html', stats, '--quiet')
  await reprise('trace', 'compare', a, b, '--html', likeness, '--quiet')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the same traces give the same bytes', async () => {
  const again = join(temporaryFolder(), 'again.html')
  await reprise('trace', 'stats', a, '--html', again, '--quiet')
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(stats, 'utf8'))
})

if (!chromiumIsHere)
  console.warn(
    'SKIPPED: pages about traces are not looked at, since /usr/bin/chromium is missing (apt-get install chromium)',
  )

describe.skipIf(!chromiumIsHere && !process.env.CI)('in the browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  test.each(['light', 'dark'] as const)(
    '%s: a picture of each distribution, no request, no complaint',
    async (theme) => {
      const { page, requests, complaints } = await openFile(browser, stats, { theme })
      for (const name of ['turns', 'inputTokens', 'outputTokens', 'thinkMs', 'serviceMs', 'hitRate', 'subagents'])
        expect(await marksOf(page, `chart-${name}`), name).toEqual({ traces: 101 })
      // Growth has ends far out, which are left away.
      expect(await marksOf(page, 'chart-growthTokens')).toEqual({ traces: 99 })
      expect(await page.locator('#chart-growthTokens-about').textContent()).toMatch(/hundredth lie beyond/)
      expect(await marksOf(page, 'chart-caps')).toEqual({
        'turns before the first too long': 7,
        'traces of which all fits': 7,
        'traces of which the first turn fits': 7,
      })
      expect(Object.values(await marksOf(page, 'chart-working-set'))).toEqual([49, 49, 49, 49])
      const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
      expect(paper).toBe(theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 29)')
      expect(await page.locator('#distributions tbody tr').count()).toBeGreaterThan(12)
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
    },
  )

  test('a comparison: two lines for what both have, one for what one has, hidden by the legend', async () => {
    const { page, requests, complaints } = await openFile(browser, likeness)
    expect(await marksOf(page, 'chart-inputTokens')).toEqual({ A: 101, B: 101 })
    expect(await marksOf(page, 'chart-subagents')).toEqual({ A: 101 })
    expect(await page.locator('.lead').textContent()).toMatch(/^largest difference of turns, input, .* \(p\d\d of /)
    expect(await page.locator('#distances').textContent()).toMatch(/only in A: subagents, depth/)
    await page.locator('#chart-inputTokens-legend button', { hasText: 'B' }).click()
    expect(await marksOf(page, 'chart-inputTokens')).toEqual({ A: 101 })
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
  })

  test('keys walk and are told to a screen reader, hovering shows, the theme can be chosen', async () => {
    const { page, complaints } = await openFile(browser, stats, { theme: 'dark' })
    await page.focus('#chart-thinkMs')
    for (let step = 0; step < 51; step += 1) await page.keyboard.press('ArrowRight')
    expect(await page.locator('#chart-thinkMs-spoken').textContent()).toMatch(
      /^traces, think time [\d.,]+ (ms|s|min), share of values up to there 50\.0%$/,
    )
    const place = await placeOf(page, 'chart-turns', 0, 90)
    await page.mouse.move(place.x, place.y)
    await page.waitForSelector('#chart-turns .tip >> visible=true')
    for (const chart of await page.locator('.chart').all()) {
      expect(await chart.getAttribute('aria-label')).not.toBe('')
      expect(await page.locator(`#${await chart.getAttribute('aria-describedby')}`).textContent()).not.toBe('')
    }
    await page.click('#theme')
    expect(await page.evaluate<string>('document.documentElement.dataset.shown')).toBe('light')
    expect(complaints).toEqual([])
  })

  test('what traces are called stays text', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const outer = join(temporaryFolder(), evil)
    mkdirSync(outer)
    for (const name of readdirSync(b)) {
      const trace = JSON.parse(readFileSync(join(b, name), 'utf8')) as object
      writeFileSync(join(outer, name), JSON.stringify({ ...trace, id: `</script>${evil}${name}` }))
    }
    const page1 = join(temporaryFolder(), 'evil.html')
    await reprise('trace', 'compare', outer, b, '--html', page1, '--quiet')
    const { page, requests, complaints } = await openFile(browser, page1)
    expect(await page.locator('h1').textContent()).toContain(evil)
    expect(await page.locator('img').count()).toBe(0)
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
  })
})
