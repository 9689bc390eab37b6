import type { RequestRecord } from '@reprise/replay-engine'
import type { Throughput } from '../result/result.ts'
import { PlayNumbers } from './play-numbers.ts'
import type { PlayTimes } from './play-times.ts'
import { measuredUntil, type ProfilingWindow } from './profiling-windows.ts'
import { tokensInWindow, yieldSpan } from './token-credit.ts'
import { type PlaySpan, YieldColumns, type YieldSums } from './yield-columns.ts'

/** What the intervals of throughput rest on beside the yields. */
export interface ThroughputSpread {
  /** When each play had its lane; of an open load nobody has one. */
  readonly playTimes: PlayTimes | 'open'
  readonly fellBehind: boolean
}

/**
 * Tokens per second over the profiling window, which a resumed run has in parts. Output counts at the instants of its tokens, input at the first token's, so what a
 * request in flight at the window's end yields later is left out, and what it yielded before is kept. Failed requests yield nothing.
 */
export class ThroughputMeter {
  readonly #windows: readonly ProfilingWindow[]
  readonly #numbers: PlayNumbers
  readonly #yields = new YieldColumns()
  #inputTokens = 0
  #freshInputTokens = 0
  #freshKnown = 0
  #freshUnknown = 0
  #outputTokens = 0
  #endedWell = 0
  #lastTokenMs = -Infinity
  #lastInstantMs = -Infinity

  /** `windows`: in the order of time, at least one, apart from each other. */
  constructor(windows: readonly ProfilingWindow[], numbers = new PlayNumbers()) {
    this.#windows = windows
    this.#numbers = numbers
  }

  add(record: RequestRecord): void {
    this.#lastInstantMs = Math.max(this.#lastInstantMs, record.doneMs)
    const span = yieldSpan(record)
    if (!span) return
    this.#lastTokenMs = Math.max(this.#lastTokenMs, span.lastMs)
    const outputTokens = this.#windows.reduce((sum, window) => sum + tokensInWindow(record, window), 0)
    this.#outputTokens += outputTokens
    const input = this.#holds(span.firstMs) ? this.#creditInput(record) : { inputTokens: 0, freshInputTokens: 0 }
    const endedWell = record.outcome.kind === 'ok' && this.#holds(span.lastMs)
    if (endedWell) this.#endedWell += 1
    const [firstMs, lastMs] = [measuredUntil(this.#windows, span.firstMs), measuredUntil(this.#windows, span.lastMs)]
    this.#yields.add({ play: this.#numbers.of(record), firstMs, lastMs, outputTokens, ...input, endedWell })
  }

  /** Share of the planned window after which the last token came; `undefined` where the load has no planned window. */
  coverage(): number | undefined {
    const plannedMs = measuredUntil(this.#windows, Infinity)
    if (plannedMs === Infinity || plannedMs <= 0) return undefined
    return measuredUntil(this.#windows, this.#lastTokenMs) / plannedMs
  }

  /** Length of the window as it was measured. `whole` is false for a run that broke off: then its last record ends the window. */
  windowMs(whole: boolean): number {
    const endsByItself = this.#windows.at(-1)!.endMs === Infinity
    return measuredUntil(this.#windows, endsByItself ? this.#lastTokenMs : whole ? Infinity : this.#lastInstantMs)
  }

  /** The instant at which measuring ended, as `windowMs` has it. */
  endMs(whole: boolean): number {
    const { endMs } = this.#windows.at(-1)!
    return endMs === Infinity ? this.#lastTokenMs : whole ? endMs : Math.min(endMs, this.#lastInstantMs)
  }

  /** `undefined` when no time passed or nothing came. With intervals where it is told what they rest on. */
  result(whole: boolean, spread?: ThroughputSpread): Throughput | undefined {
    const windowMs = this.windowMs(whole)
    if (!(windowMs > 0)) return undefined
    const perS = (amount: number) => amount / (windowMs / 1000)
    const rates = {
      total: perS(this.#inputTokens + this.#outputTokens),
      input: perS(this.#inputTokens),
      ...(this.#freshKnown > 0 && { freshInput: perS(this.#freshInputTokens) }),
      output: perS(this.#outputTokens),
      requestsPerS: perS(this.#endedWell),
    }
    return {
      ...rates,
      ...(this.#freshUnknown > 0 && { freshInputUnknownRequests: this.#freshUnknown }),
      windowMs,
      ...(spread && { intervals: this.#intervals(rates, spread, windowMs) }),
    }
  }

  #creditInput(record: RequestRecord): { readonly inputTokens: number; readonly freshInputTokens: number } {
    const inputTokens = record.inputTokens ?? record.plannedInputTokens
    this.#inputTokens += inputTokens
    if (record.cachedTokens === undefined) {
      this.#freshUnknown += 1
      return { inputTokens, freshInputTokens: 0 }
    }
    this.#freshKnown += 1
    const freshInputTokens = Math.max(0, inputTokens - record.cachedTokens)
    this.#freshInputTokens += freshInputTokens
    return { inputTokens, freshInputTokens }
  }

  /** Output tokens per second from an instant of the measured time to the end of the window, where it has one. */
  outputSince(fromMs: number): number | undefined {
    const measuredMs = measuredUntil(this.#windows, Infinity)
    return measuredMs > fromMs && measuredMs < Infinity
      ? this.#yields.outputSince(fromMs) / ((measuredMs - fromMs) / 1000)
      : undefined
  }

  /** What the rates are made of, in cells of play x block of time. */
  sums(playTimes: PlayTimes, time: { readonly measuredMs: number; readonly blocks: number }): YieldSums {
    return this.#yields.sums(this.#spans(playTimes, time.measuredMs), time)
  }

  #intervals<Rates extends object>(rates: Rates, { playTimes, fellBehind }: ThroughputSpread, measuredMs: number) {
    const spans = playTimes === 'open' ? playTimes : this.#spans(playTimes, measuredMs)
    const { basis, estimates } = this.#yields.estimates(rates, { spans, measuredMs, fellBehind })
    return { ...basis, ...estimates }
  }

  #spans(playTimes: PlayTimes, measuredMs: number): PlaySpan[] {
    const until = (instantMs: number) => Math.min(measuredMs, measuredUntil(this.#windows, instantMs))
    return [...playTimes.spans()].map(({ startMs, endMs, ...of }) => {
      return { play: this.#numbers.of(of), fromMs: until(startMs), toMs: until(endMs) }
    })
  }

  #holds(instantMs: number): boolean {
    return this.#windows.some(({ startMs, endMs }) => instantMs > startMs && instantMs <= endMs)
  }
}
