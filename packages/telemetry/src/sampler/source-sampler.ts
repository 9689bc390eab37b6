import { PageDeltas } from '../samples/page-deltas.ts'
import type { MetricsSource, PhaseEdge, ServerMetricsLine } from '../samples/sample-line.ts'
import type { Scrape } from './scrape-page.ts'

export interface SourceSamplerSetup {
  /** Place of the source in the head of the file. */
  readonly index: number
  readonly source: MetricsSource
  readonly intervalMs: number
  /** On the run's clock. */
  readonly now: () => number
  readonly scrape: (url: string) => Promise<Scrape>
  readonly write: (line: ServerMetricsLine) => void
  /** Is shown every page, with the instant at which it was asked for. */
  readonly onPage?: ((series: ReadonlyMap<string, number>, atMs: number) => void) | undefined
}

/** One page at a time of one source; what it does and what it fails at becomes lines. */
export class SourceSampler {
  readonly #setup: SourceSamplerSetup
  readonly #deltas = new PageDeltas()
  #url: string
  #busy: Promise<void> | undefined
  /** Edges that came while a page was on its way. */
  readonly #edges: PhaseEdge[] = []
  #left = 0
  #failures = 0
  #restsUntilMs = Number.NEGATIVE_INFINITY
  #triedOther = false

  constructor(setup: SourceSamplerSetup) {
    this.#setup = setup
    this.#url = setup.source.url
  }

  /** A regular sample that was due at an instant, and how many before it were never asked for, since the sampler itself was late. */
  tick(dueMs: number, skipped: number): void {
    this.#left += skipped
    if (this.#busy || dueMs < this.#restsUntilMs) this.#left += 1
    else this.#begin({ dueMs })
  }

  /** A sample at once, or right behind the one that is on its way. */
  edge(edge: PhaseEdge): void {
    if (this.#busy) this.#edges.push(edge)
    else this.#begin({ edge })
  }

  /** Resolves when nothing is on its way and no edge waits. */
  async settled(): Promise<void> {
    while (this.#busy) await this.#busy
  }

  #begin(why: { readonly dueMs?: number; readonly edge?: PhaseEdge }): void {
    this.#busy = this.#sample(why).finally(() => {
      this.#busy = undefined
      const edge = this.#edges.shift()
      if (edge !== undefined) this.#begin({ edge })
    })
  }

  async #sample({ dueMs, edge }: { readonly dueMs?: number; readonly edge?: PhaseEdge }): Promise<void> {
    const { index, now, write, onPage } = this.#setup
    const atMs = now()
    const answer = this.#refused(await this.#answer())
    const asked = {
      source: index,
      atMs: toMicroseconds(atMs),
      tookMs: toMicroseconds(Math.max(0, now() - atMs)),
      ...(dueMs !== undefined && { lateMs: toMicroseconds(Math.max(0, atMs - dueMs)) }),
      ...(edge !== undefined && { edge }),
      ...(this.#left > 0 && { left: this.#left }),
    }
    this.#left = 0
    if ('problem' in answer) {
      this.#failed(atMs)
      write({ ...asked, ...answer })
      return
    }
    this.#failures = 0
    const { series, malformed, duplicates } = answer.page
    onPage?.(series, asked.atMs)
    write({
      ...asked,
      ...this.#deltas.next(series),
      ...(malformed > 0 && { malformed }),
      ...(duplicates > 0 && { duplicates }),
    })
  }

  /** One that labels its series anew all the time would fill memory and file without end. */
  #refused(answer: Scrape): Scrape {
    const isEndless = 'page' in answer && this.#deltas.seen > mostSeries
    return isEndless ? { problem: 'too-many-series', detail: `more than ${mostSeries} over the run` } : answer
  }

  /** Of an address that was guessed, the other usual one too, once. */
  async #answer(): Promise<Scrape> {
    const { index, source, scrape, write } = this.#setup
    const answer = await scrape(this.#url)
    const isWrong = 'problem' in answer && (answer.problem === 'not-metrics' || answer.problem === 'status')
    if (!isWrong || this.#triedOther || source.found === 'option') return answer
    this.#triedOther = true
    const other = otherAddress(source.url)
    const second = await scrape(other)
    if ('problem' in second) return answer
    this.#url = other
    write({ source: index, movedTo: other })
    return second
  }

  /** One that fails again and again is asked ever less often: its server has other things to do. */
  #failed(atMs: number): void {
    this.#failures += 1
    const { intervalMs } = this.#setup
    if (this.#failures < failuresBeforeRest) return
    const restMs = Math.min(longestRestMs, intervalMs * 2 ** (this.#failures - failuresBeforeRest + 1))
    this.#restsUntilMs = atMs + restMs
  }
}

/**
 * TensorRT-LLM has its step statistics at `/metrics` as JSON, and its Prometheus page here.
 *
 * Source: https://github.com/ai-dynamo/aiperf/pull/877, where asking for the former all the time slowed a benchmark down.
 */
function otherAddress(url: string): string {
  return url.replace(/\/metrics$/, '/prometheus/metrics')
}

/** Finer than any of these instants is known, and the file is the smaller for it. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}

/** Of all pages of a source together; a page has half of it at most. */
const mostSeries = 100_000
const failuresBeforeRest = 3
const longestRestMs = 30_000
