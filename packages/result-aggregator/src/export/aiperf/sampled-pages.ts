import { type PhaseEdge, type ServerMetricsLine, SourcePages } from '@reprise/telemetry'

/** What one page told over a run: when it was asked for, and each series where it changed. */
export interface SampledPage {
  url: string
  /** Of each sample. */
  readonly atMs: number[]
  readonly tookMs: number[]
  /** When the page was asked for at the edges of phases: at the first of their begins, and the last of their ends. */
  readonly edges: Map<PhaseEdge, number>
  /** Samples before which another attempt of the run began. */
  readonly begins: Set<number>
  /** By the text of the series; values by the numbers of samples, rising. `NaN`: it was no more there, or no number. */
  readonly series: Map<string, { readonly samples: number[]; readonly values: number[] }>
}

/** Pages as a sampler kept them, in the order of their sources. @throws RangeError for lines that no sampler wrote. */
export async function sampledPages(lines: AsyncIterable<ServerMetricsLine>): Promise<SampledPage[]> {
  const pages: SampledPage[] = []
  let readers: SourcePages[] = []
  for await (const line of lines) {
    if ('schema' in line) {
      readers = line.sources.map(() => new SourcePages())
      for (const { url } of line.sources.slice(pages.length)) pages.push(emptyPage(url))
      for (const page of pages) beginAttempt(page)
    } else if ('movedTo' in line) pageOf(pages, line.source).url = line.movedTo
    else if ('source' in line && !('problem' in line)) {
      const page = pageOf(pages, line.source)
      const sample = page.atMs.push(line.atMs) - 1
      page.tookMs.push(line.tookMs)
      if (line.edge && !(line.edge.endsWith('-start') && page.edges.has(line.edge)))
        page.edges.set(line.edge, line.atMs)
      for (const { key, value = Number.NaN } of readers[line.source]!.changes(line)) change(page, key, sample, value)
    }
  }
  return pages
}

/** The value of a series at each sample of its page. */
export function valuesOf({ atMs, series }: SampledPage, key: string): Float64Array {
  const values = new Float64Array(atMs.length).fill(Number.NaN)
  const known = series.get(key)
  if (!known) return values
  for (const [i, from] of known.samples.entries())
    values.fill(known.values[i]!, from, known.samples[i + 1] ?? atMs.length)
  return values
}

/**
 * How much a counter rose since the sample before, at each sample. One that fell began anew at 0, and so did one that is there for the first time on a later page; what was counted
 * before the first page of an attempt is nobody's.
 */
export function risesOf(page: SampledPage, key: string): Float64Array {
  let last: number | undefined
  return valuesOf(page, key).map((value, i) => {
    const isFirst = page.begins.has(i)
    if (isFirst) last = undefined
    if (Number.isNaN(value)) return 0
    const before = last ?? 0
    last = value
    if (isFirst) return 0
    return value >= before ? value - before : value
  })
}

function emptyPage(url: string): SampledPage {
  return { url, atMs: [], tookMs: [], edges: new Map(), begins: new Set(), series: new Map() }
}

function beginAttempt(page: SampledPage): void {
  const next = page.atMs.length
  page.begins.add(next)
  for (const key of page.series.keys()) change(page, key, next, Number.NaN)
}

function pageOf(pages: readonly SampledPage[], source: number): SampledPage {
  const page = pages[source]
  if (!page) throw new RangeError(`no source has the number ${source}`)
  return page
}

function change({ series }: SampledPage, key: string, sample: number, value: number): void {
  const known = series.get(key) ?? { samples: [], values: [] }
  series.set(key, known)
  // What ended with the attempt before is there again.
  if (known.samples.at(-1) !== sample) known.samples.push(sample)
  known.values[known.samples.length - 1] = Number.isFinite(value) ? value : Number.NaN
}
