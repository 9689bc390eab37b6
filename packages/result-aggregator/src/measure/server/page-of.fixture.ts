import { parsePage } from '@reprise/telemetry'

/** The series of a page that is one. */
export function parsePageFor(text: string): Record<string, number> {
  const page = parsePage(text)
  if (typeof page === 'string') throw new Error(page)
  return Object.fromEntries(page.series)
}
