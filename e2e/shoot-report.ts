import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startChromium } from './chromium.ts'
import { root } from './sources.ts'

// Takes the pictures in docs/: node e2e/shoot-report.ts REPORT.html
const [report] = process.argv.slice(2)
if (report === undefined) throw new Error('which report? node e2e/shoot-report.ts REPORT.html')

const browser = await startChromium()
for (const { theme, from, heightPx } of [
  { theme: 'light', from: 'header', heightPx: 1560 },
  { theme: 'dark', from: '#run', heightPx: 1560 },
] as const) {
  const page = await browser.newPage({ colorScheme: theme, viewport: { width: 1280, height: 900 } })
  await page.goto(pathToFileURL(report).href)
  await page.waitForSelector('html[data-drawn="yes"]')
  const y = (await page.locator(from).boundingBox())?.y ?? 0
  await page.screenshot({
    path: resolve(root, 'docs', `report-${theme}.png`),
    fullPage: true,
    clip: { x: 0, y, width: 1280, height: heightPx },
  })
}
await browser.close()
