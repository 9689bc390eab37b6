import type { TimedEvent } from './trace-event.ts'

/** How the counters of a source change at an instant. */
export interface CounterChange {
  readonly ts: number
  readonly pid: number
  readonly inFlight: number
  readonly waiting: number
  readonly tokens: number
  /** Of a request that ended. */
  readonly ended?: { readonly inputTokens: number; readonly hitTokens: number }
}

/** As many requests that ended are behind a hit rate. */
const recent = 64

/** The counters of one source. */
export class Counters {
  readonly #pid: number
  readonly #ended: { readonly inputTokens: number; readonly hitTokens: number }[] = []
  #inFlight = 0
  #waiting = 0
  #tokens = 0

  constructor(pid: number) {
    this.#pid = pid
  }

  apply({ inFlight, waiting, tokens, ended }: CounterChange): void {
    this.#inFlight += inFlight
    this.#waiting += waiting
    this.#tokens += tokens
    if (ended) this.#ended.push(ended)
    if (this.#ended.length > recent) this.#ended.shift()
  }

  /** As they stand at an instant. */
  *events(ts: number): Generator<TimedEvent> {
    const of = (name: string, args: Readonly<Record<string, number>>) => ({
      ph: 'C' as const,
      name,
      ts,
      pid: this.#pid,
      args,
    })
    yield of('in flight', { requests: this.#inFlight })
    yield of('queue (no token yet)', { requests: this.#waiting })
    yield of('KV in use (prompts in flight)', { tokens: this.#tokens })
    const inputTokens = this.#ended.reduce((sum, each) => sum + each.inputTokens, 0)
    const hitTokens = this.#ended.reduce((sum, each) => sum + each.hitTokens, 0)
    if (inputTokens > 0) yield of('hit rate', { percent: Math.round((1e4 * hitTokens) / inputTokens) / 100 })
  }
}
