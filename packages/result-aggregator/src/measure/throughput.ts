import type { RequestRecord } from '@reprise/replay-engine'
import type { Throughput } from '../result/result.ts'
import type { ProfilingWindow } from './profiling-windows.ts'
import { tokensInWindow, yieldSpan } from './token-credit.ts'

/**
 * Tokens per second over the profiling window, which a resumed run has in parts. Output counts at the instants of its tokens, input at the first token's, so what a
 * request in flight at the window's end yields later is left out, and what it yielded before is kept. Failed requests yield nothing.
 */
export class ThroughputMeter {
  readonly #windows: readonly ProfilingWindow[]
  #inputTokens = 0
  #freshInputTokens = 0
  #freshKnown = 0
  #freshUnknown = 0
  #outputTokens = 0
  #endedWell = 0
  #lastTokenMs = -Infinity
  #lastInstantMs = -Infinity

  /** `windows`: in the order of time, at least one, apart from each other. */
  constructor(windows: readonly ProfilingWindow[]) {
    this.#windows = windows
  }

  add(record: RequestRecord): void {
    this.#lastInstantMs = Math.max(this.#lastInstantMs, record.doneMs)
    const span = yieldSpan(record)
    if (!span) return
    this.#lastTokenMs = Math.max(this.#lastTokenMs, span.lastMs)
    for (const window of this.#windows) this.#outputTokens += tokensInWindow(record, window)
    if (this.#holds(span.firstMs)) this.#creditInput(record)
    if (record.outcome.kind === 'ok' && this.#holds(span.lastMs)) this.#endedWell += 1
  }

  /** Share of the planned window after which the last token came; `undefined` where the load has no planned window. */
  coverage(): number | undefined {
    const plannedMs = this.#lengthUntil(Infinity)
    if (plannedMs === Infinity || plannedMs <= 0) return undefined
    return this.#lengthUntil(this.#lastTokenMs) / plannedMs
  }

  /** Length of the window as it was measured. `whole` is false for a run that broke off: then its last record ends the window. */
  windowMs(whole: boolean): number {
    const endsByItself = this.#windows.at(-1)!.endMs === Infinity
    return this.#lengthUntil(endsByItself ? this.#lastTokenMs : whole ? Infinity : this.#lastInstantMs)
  }

  /** The instant at which measuring ended, as `windowMs` has it. */
  endMs(whole: boolean): number {
    const { endMs } = this.#windows.at(-1)!
    return endMs === Infinity ? this.#lastTokenMs : whole ? endMs : Math.min(endMs, this.#lastInstantMs)
  }

  /** `undefined` when no time passed or nothing came. */
  result(whole: boolean): Throughput | undefined {
    const windowMs = this.windowMs(whole)
    if (!(windowMs > 0)) return undefined
    const perS = (amount: number) => amount / (windowMs / 1000)
    return {
      total: perS(this.#inputTokens + this.#outputTokens),
      input: perS(this.#inputTokens),
      ...(this.#freshKnown > 0 && { freshInput: perS(this.#freshInputTokens) }),
      ...(this.#freshUnknown > 0 && { freshInputUnknownRequests: this.#freshUnknown }),
      output: perS(this.#outputTokens),
      requestsPerS: perS(this.#endedWell),
      windowMs,
    }
  }

  #creditInput(record: RequestRecord): void {
    const inputTokens = record.inputTokens ?? record.plannedInputTokens
    this.#inputTokens += inputTokens
    if (record.cachedTokens === undefined) {
      this.#freshUnknown += 1
    } else {
      this.#freshKnown += 1
      this.#freshInputTokens += Math.max(0, inputTokens - record.cachedTokens)
    }
  }

  #holds(instantMs: number): boolean {
    return this.#windows.some(({ startMs, endMs }) => instantMs > startMs && instantMs <= endMs)
  }

  #lengthUntil(instantMs: number): number {
    return this.#windows.reduce((sum, { startMs, endMs }) => sum + Math.max(0, Math.min(endMs, instantMs) - startMs), 0)
  }
}
