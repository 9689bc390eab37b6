import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

export interface OpenedPage {
  readonly page: Page
  /** Every address asked for, the page's own left out. */
  readonly requests: readonly string[]
  /** What the console said above the level of a remark, errors that nothing caught, and dialogs. */
  readonly complaints: readonly string[]
}

export interface Look {
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  /** As a system in high contrast has them. */
  readonly forcedColors?: 'active' | 'none'
}

/** Opens a report as a reader would, and waits until its charts are drawn. Closed with the test. */
export async function openFile(
  browser: Browser,
  path: string,
  { theme = 'light', width = 1280, forcedColors = 'none' }: Look = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({ colorScheme: theme, forcedColors, viewport: { width, height: 900 } })
  onTestFinished(() => page.close())
  page.setDefaultTimeout(20_000)
  const address = pathToFileURL(path).href
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    if (request.url() !== address) requests.push(request.url())
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(address)
  await page.waitForSelector('html[data-ready="yes"]:not([data-drawn="no"])')
  return { page, requests, complaints }
}
