import type { RequestRecord } from '@reprise/replay-engine'
import { begunMs } from '../../audit/instant-problem.ts'
import { endToEnd } from '../../measure/end-to-end.ts'
import { outputCount } from '../../measure/output-count.ts'
import { lengthMs, overlapMs, type TimeWindow } from '../../measure/server/time-windows.ts'

/** A sum over requests that lay wholly inside the windows, and over all that were in flight in them: what was counted there lies between. */
export interface Bracket {
  readonly inside: number
  readonly touching: number
}

export interface InFlight {
  readonly windowMs: number
  /** Requests in flight, the mean over time. */
  readonly mean: number
  /** Of the requests that ended well with their last token in a window: how many, and the sum of their latencies. */
  readonly ended: { readonly n: number; readonly sumMs: number }
  /** Time in flight in the windows that is not of those, and theirs outside of the windows. */
  readonly edgeMs: number
  readonly requests: Bracket
  readonly promptTokens: Bracket
  readonly outputTokens: Bracket
}

/** What was in flight in the windows in which tokens count, from when each request was set about to its end. Keeps sums. */
export class InFlightMeter {
  readonly #windows: readonly TimeWindow[]
  #inFlightMs = 0
  #edgeMs = 0
  #n = 0
  #sumMs = 0
  readonly #requests = { inside: 0, touching: 0 }
  readonly #prompt = { inside: 0, touching: 0 }
  readonly #output = { inside: 0, touching: 0 }

  constructor(windows: readonly TimeWindow[]) {
    this.#windows = windows
  }

  add(record: RequestRecord): void {
    const startMs = begunMs(record)
    if (startMs === undefined) return
    const { doneMs, outcome } = record
    const overMs = overlapMs(this.#windows, { startMs, endMs: doneMs })
    this.#inFlightMs += overMs
    const e2eMs = this.#countedMs(record)
    if (e2eMs !== undefined) {
      this.#n += 1
      this.#sumMs += e2eMs
    }
    this.#edgeMs += Math.abs(overMs - (e2eMs ?? 0))
    if (overMs === 0) return
    const isInside = outcome.kind === 'ok' && overMs >= doneMs - startMs
    const { inputTokens = record.plannedInputTokens, plannedOutputTokens } = record
    const told = outcome.kind === 'ok' ? outputCount(record)?.tokens : undefined
    addTo(this.#requests, isInside, 1)
    addTo(this.#prompt, isInside, inputTokens)
    // Nobody knows how far the server was with one that it did not finish.
    addTo(this.#output, isInside, told ?? plannedOutputTokens)
  }

  /** Undefined where no window has an end. */
  result(): InFlight | undefined {
    const windowMs = lengthMs(this.#windows)
    if (windowMs === 0) return undefined
    return {
      windowMs,
      mean: this.#inFlightMs / windowMs,
      ended: { n: this.#n, sumMs: this.#sumMs },
      edgeMs: this.#edgeMs,
      requests: this.#requests,
      promptTokens: this.#prompt,
      outputTokens: this.#output,
    }
  }

  #countedMs(record: RequestRecord): number | undefined {
    const { phase, outcome, lastTokenMs } = record
    if (phase !== 'profiling' || outcome.kind !== 'ok' || lastTokenMs === undefined) return undefined
    const isIn = this.#windows.some(({ startMs, endMs }) => lastTokenMs > startMs && lastTokenMs <= endMs)
    return isIn ? endToEnd(record) : undefined
  }
}

function addTo(bracket: { inside: number; touching: number }, isInside: boolean, amount: number): void {
  if (isInside) bracket.inside += amount
  bracket.touching += amount
}
