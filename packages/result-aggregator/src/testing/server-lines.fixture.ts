import type { SampleLine, SamplesHead, ServerMetricsLine } from '@reprise/telemetry'

/** The head of a sampler's file with a source for each address. */
export function samplesHead(urls: readonly string[] = ['http://gpu:8000/metrics'], attempt = 1): SamplesHead {
  const sources = urls.map((url) => ({ url, found: 'endpoint' as const }))
  return { schema: 'server-metrics/1', attempt, intervalMs: 1_000, timeoutMs: 5_000, maxFileBytes: 1e9, sources }
}

/** The lines of pages of one source, each at its instant. */
export function sampleLines(
  pages: readonly (readonly [atMs: number, series: Readonly<Record<string, number>>])[],
  source = 0,
): SampleLine[] {
  const numbers = new Map<string, number>()
  return pages.map(([atMs, series]) => {
    const fresh: [string, number][] = []
    const set: number[] = []
    for (const [key, value] of Object.entries(series)) {
      const number = numbers.get(key)
      if (number !== undefined) set.push(number, value)
      else {
        numbers.set(key, numbers.size)
        fresh.push([key, value])
      }
    }
    return { source, atMs, tookMs: 2, lateMs: 1, new: fresh, set }
  })
}

/** The end of a sampler's file. */
export const samplesEnd: ServerMetricsLine = { end: true, atMs: 100_000 }
