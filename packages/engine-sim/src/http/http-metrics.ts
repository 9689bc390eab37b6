import { Histogram, type MetricFamily } from './render-metrics.ts'

/** A request and its reply, when the connection is through with both. */
export interface FinishedExchange {
  /** Path of its route; `none` where there is none. */
  readonly handler: string
  readonly method: string
  readonly status: number
  /** As their heads tell them, else 0. */
  readonly requestBytes: number
  readonly responseBytes: number
  readonly seconds: number
}

const fineBoundsS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60]
const coarseBoundsS = [0.1, 0.5, 1]

/** Routes that vLLM does not count. Source: `serve/instrumentator/metrics.py` of vLLM. */
const uncounted = ['/metrics', '/health', '/load', '/ping', '/version', '/server_info']

interface Totals {
  count: number
  sum: number
}

/** What the web server in front of an engine counts. Source: `/metrics` of vLLM 0.32.0, which prometheus_fastapi_instrumentator writes. */
export class HttpMetrics {
  readonly #requests = new Map<string, { handler: string; method: string; status: string; value: number }>()
  readonly #requestBytes = new Map<string, Totals>()
  readonly #responseBytes = new Map<string, Totals>()
  readonly #fine = new Histogram(fineBoundsS)
  readonly #coarse = new Map<string, { handler: string; method: string; histogram: Histogram }>()

  exchanged({ handler, method, status, requestBytes, responseBytes, seconds }: FinishedExchange): void {
    if (uncounted.some((path) => handler.startsWith(path))) return
    const group = `${Math.floor(status / 100)}xx`
    const name = `${handler} ${method}`
    entry(this.#requests, `${name} ${group}`, () => ({ handler, method, status: group, value: 0 })).value += 1
    add(this.#requestBytes, handler, requestBytes)
    add(this.#responseBytes, handler, responseBytes)
    this.#fine.observe(seconds)
    entry(this.#coarse, name, () => ({ handler, method, histogram: new Histogram(coarseBoundsS) })).histogram.observe(
      seconds,
    )
  }

  families(): MetricFamily[] {
    const requests = [...this.#requests.values()].map(({ value, ...labels }) => ({ labels, value }))
    const coarse = [...this.#coarse.values()].map(({ histogram, ...labels }) => ({ labels, histogram }))
    return [
      {
        name: 'http_requests_total',
        help: 'Requests by method, status and handler.',
        type: 'counter',
        samples: requests,
      },
      {
        name: 'http_request_size_bytes',
        help: 'Lengths of requests that their heads tell.',
        ...summary(this.#requestBytes),
      },
      {
        name: 'http_response_size_bytes',
        help: 'Lengths of replies that their heads tell.',
        ...summary(this.#responseBytes),
      },
      {
        name: 'http_request_duration_highr_seconds',
        help: 'From the head of a request to the end of its reply.',
        type: 'histogram',
        histogram: this.#fine,
      },
      {
        name: 'http_request_duration_seconds',
        help: 'From the head of a request to the end of its reply, by handler.',
        type: 'histogram',
        histograms: coarse,
      },
    ]
  }
}

function summary(totals: ReadonlyMap<string, Totals>) {
  return { type: 'summary' as const, totals: [...totals].map(([handler, each]) => ({ labels: { handler }, ...each })) }
}

function add(totals: Map<string, Totals>, handler: string, value: number): void {
  const each = entry(totals, handler, () => ({ count: 0, sum: 0 }))
  each.count += 1
  each.sum += value
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
