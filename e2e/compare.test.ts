import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultEngine } from '@reprise/engine-sim'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from './axe-violations.ts'
import { chromiumIsHere, startChromium } from './chromium.ts'
import { openFile } from './open-file.ts'
import { marksOf, reprise } from './report.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-compared-'))
const evil = '<img src=x onerror=alert(1)>'
const [base, slow, page] = [join(folder, 'base'), join(folder, evil), join(folder, 'compare.html')]
const simulate = (out: string, ...args: string[]) =>
  reprise('simulate', '--lanes', '6', '--duration', '12m', '--out', out, '--quiet', ...args)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

if (!chromiumIsHere)
  console.warn(
    'SKIPPED: the page of compare is not looked at, since /usr/bin/chromium is missing (apt-get install chromium)',
  )

describe.skipIf(!chromiumIsHere && !process.env.CI)('in the browser', () => {
  let browser: Browser
  beforeAll(async () => {
    const { stepTime, ...engine } = defaultEngine()
    const times = Object.fromEntries(Object.entries(stepTime).map(([name, ms]) => [name, ms * 1.2]))
    writeFileSync(join(folder, 'slow.json'), JSON.stringify({ ...engine, stepTime: times }))
    await simulate(base)
    await simulate(slow, '--engine', join(folder, 'slow.json'))
    await reprise('compare', base, slow, '--html', page, '--quiet')
    browser = await startChromium()
  })
  afterAll(() => browser?.close())

  test.each(['light', 'dark'] as const)(
    '%s: quantiles of both over one another, for everybody to read',
    async (theme) => {
      const { page: shown, requests, complaints } = await openFile(browser, page, { theme })
      expect(await marksOf(shown, 'chart-tpot')).toEqual({ A: 101, B: 101 })
      expect(await marksOf(shown, 'chart-tpot-turns')).toEqual({ 'same turn': 99 })
      expect((await marksOf(shown, 'chart-tpot-percentiles')).ratio).toBe(5)
      expect(await shown.locator('.lead').textContent()).toMatch(/^B .*takes \d+ % longer for each output token/)
      expect(await shown.locator('h1').textContent()).toContain(evil)
      expect(await shown.locator('img').count()).toBe(0)
      expect(await shown.locator('#verdict').textContent()).toContain('engine.stepTime.baseMs')
      expect(await shown.locator('#figures tbody tr').count()).toBeGreaterThan(60)
      expect(await axeViolations(shown)).toEqual([])
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] })
    },
  )
})
