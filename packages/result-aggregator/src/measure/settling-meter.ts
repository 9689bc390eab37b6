import type { RequestRecord } from '@reprise/replay-engine'
import type { Settling } from '../result/result.ts'
import { outputCount } from './output-count.ts'
import { measuredUntil, type ProfilingWindow } from './profiling-windows.ts'
import { settled } from './settling.ts'
import { timeToFirstToken } from './time-to-first-token.ts'

/** MSER-5 takes means of five: so many of these, of stretches of equal length. */
const BATCHES = 60

/** Throughput, prompt length and time to first token (its geometric mean, which one slow request does not move) over the window: from when on they are level. */
export class SettlingMeter {
  readonly #windows: readonly ProfilingWindow[]
  readonly #measuredMs: number
  readonly #sums = { output: zeros(), inputTokens: zeros(), ttftLogs: zeros() }
  readonly #counts = { sent: zeros(), answered: zeros() }

  /** `windows`: in the order of time, all of them with an end. */
  constructor(windows: readonly ProfilingWindow[]) {
    this.#windows = windows
    this.#measuredMs = measuredUntil(windows, Infinity)
  }

  add(record: RequestRecord): void {
    const { sentMs, lastTokenMs, outcome, inputTokens, plannedInputTokens } = record
    if (outcome.kind !== 'ok' || sentMs === undefined) return
    const sent = this.#batch(sentMs)
    this.#counts.sent[sent]! += 1
    this.#sums.inputTokens[sent]! += inputTokens ?? plannedInputTokens
    const ttftMs = timeToFirstToken(record)
    if (ttftMs !== undefined) {
      this.#counts.answered[sent]! += 1
      this.#sums.ttftLogs[sent]! += wholeLog(ttftMs)
    }
    if (lastTokenMs !== undefined && measuredUntil(this.#windows, lastTokenMs) < this.#measuredMs)
      this.#sums.output[this.#batch(lastTokenMs)]! += outputCount(record)?.tokens ?? 0
  }

  /** `undefined` where too little was measured to tell. */
  result(): Settling | undefined {
    const { output, inputTokens, ttftLogs } = this.#sums
    const all = {
      output: settled(Array.from(output)),
      inputTokens: settled(means(inputTokens, this.#counts.sent)),
      ttft: settled(means(ttftLogs, this.#counts.answered)),
    }
    if (!all.output || !all.inputTokens || !all.ttft) return undefined
    const cuts = [all.output, all.inputTokens, all.ttft].map(({ cutShare }) => cutShare)
    const cut = cuts.reduce((most, each) =>
      most === 'not-reached' || each === 'not-reached' ? 'not-reached' : Math.max(most, each),
    )
    return {
      cutMs: cut === 'not-reached' ? cut : cut * this.#measuredMs,
      output: all.output,
      inputTokens: all.inputTokens,
      ttft: all.ttft,
    }
  }

  #batch(instantMs: number): number {
    return Math.min(BATCHES - 1, Math.floor((measuredUntil(this.#windows, instantMs) / this.#measuredMs) * BATCHES))
  }
}

/** In millionths, since whole numbers add up to the same in any order. */
function wholeLog(ms: number): number {
  return Math.round(1e6 * Math.log(Math.max(ms, 0.001)))
}

function zeros(): Float64Array {
  return new Float64Array(BATCHES)
}

function means(sums: Float64Array, counts: Float64Array): (number | undefined)[] {
  return Array.from(sums, (sum, i) => (counts[i] ? sum / counts[i] : undefined))
}
