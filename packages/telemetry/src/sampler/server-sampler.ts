import { setMaxListeners } from 'node:events'
import { dcgmPower } from '../power/parse-power.ts'
import type { PowerLine } from '../power/power-line.ts'
import type { PhaseEdge, SamplesHead, ServerMetricsLine } from '../samples/sample-line.ts'
import { maxPageBytes, type PageAccess, PageScraper } from './scrape-page.ts'
import { SourceSampler } from './source-sampler.ts'

export interface ServerSamplerSetup {
  readonly head: SamplesHead
  readonly access?: PageAccess | undefined
  /** On the run's clock. */
  readonly now: () => number
  /** Takes a line; gives the bytes that it has in the file. */
  readonly write: (line: ServerMetricsLine) => number
  /** Takes what a page of the DCGM exporter tells; default: it is in the series, and nobody else's. */
  readonly onPower?: (line: PowerLine) => void
}

/** Samples all sources of a run until it is stopped. Whatever a source does, it delays nothing but its own samples. */
export class ServerSampler {
  readonly #setup: ServerSamplerSetup
  readonly #scraper: PageScraper
  readonly #sources: readonly SourceSampler[]
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #bytes = 0
  #isFull = false

  /** The head is written, and every source asked for a first page. */
  constructor(setup: ServerSamplerSetup) {
    this.#setup = setup
    const { head, access, now, onPower } = setup
    const { intervalMs, timeoutMs, sources } = head
    setMaxListeners(0, this.#stop.signal)
    this.#scraper = new PageScraper({ timeoutMs, maxPageBytes }, access)
    this.#sources = sources.map(
      (source, index) =>
        new SourceSampler({
          ...{ index, source, intervalMs, now },
          scrape: (url) => this.#scraper.scrape(url, this.#stop.signal),
          write: (line) => this.#write(line),
          onPage: onPower && ((series, atMs) => tellPower(series, atMs, onPower)),
        }),
    )
    this.#bytes = setup.write(head)
    this.#tickAt(now(), { number: 0, skipped: 0 })
  }

  edge(edge: PhaseEdge): void {
    for (const source of this.#sources) source.edge(edge)
  }

  /** Lets samples of edges come, for `patienceMs` at most, and writes the end. */
  async stop({ patienceMs }: { readonly patienceMs: number }): Promise<void> {
    clearTimeout(this.#timer)
    const patience = setTimeout(() => this.#stop.abort(), patienceMs)
    await Promise.all(this.#sources.map((source) => source.settled()))
    clearTimeout(patience)
    this.#scraper.close()
    this.#setup.write({ end: true, atMs: this.#setup.now() })
  }

  /** Instants are counted from the first: what comes late moves none of the later ones. */
  #tickAt(firstMs: number, { number, skipped }: { readonly number: number; readonly skipped: number }): void {
    const { now, head } = this.#setup
    const dueMs = firstMs + number * head.intervalMs
    this.#timer = setTimeout(
      () => {
        if (!this.#isFull) for (const source of this.#sources) source.tick(dueMs, skipped)
        const next = Math.max(number + 1, Math.ceil((now() - firstMs) / head.intervalMs))
        this.#tickAt(firstMs, { number: next, skipped: next - number - 1 })
      },
      Math.max(0, dueMs - now()),
    )
  }

  #write(line: ServerMetricsLine): void {
    // Edges are few, and the figures of the run stand between them.
    if (this.#isFull && !('edge' in line && line.edge !== undefined)) return
    this.#bytes += this.#setup.write(line)
    if (this.#isFull || this.#bytes < this.#setup.head.maxFileBytes) return
    this.#isFull = true
    this.#bytes += this.#setup.write({ full: true, atMs: this.#setup.now() })
  }
}

function tellPower(series: ReadonlyMap<string, number>, atMs: number, onPower: (line: PowerLine) => void): void {
  for (const { device, watts } of dcgmPower(series)) onPower({ meter: 'dcgm', device, atMs, watts })
}
