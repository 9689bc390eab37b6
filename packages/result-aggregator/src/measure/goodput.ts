import type { RequestRecord } from '@reprise/replay-engine'
import type { Goodput, Slo, SloName } from '../result/goodput.ts'
import type { ProfilingWindow } from './profiling-windows.ts'
import { boundMs, sloLatencies } from './slo-latencies.ts'
import { yieldSpan } from './token-credit.ts'

/**
 * Counts the requests that keep every objective. One that failed or was cancelled keeps none: somebody waited for it.
 *
 * Source: AIPerf, goodput (good of those that ended well or failed); of a reply without a pace vLLM's benchmark takes 0 ms a token, which
 * is kept by all, and here it is not judged.
 */
export class GoodputMeter {
  readonly #slo: Slo
  readonly #windows: readonly ProfilingWindow[]
  readonly #broken = new Map<SloName, number>()
  #good = 0
  #goodInWindow = 0
  #bad = 0
  #unjudged = 0

  constructor({ slo, windows }: { readonly slo: Slo; readonly windows: readonly ProfilingWindow[] }) {
    this.#slo = slo
    this.#windows = windows
  }

  /** Of the profiling phase. */
  add(record: RequestRecord): void {
    const { kind } = record.outcome
    if (kind === 'truncated') return
    if (kind !== 'ok') {
      this.#bad += 1
      return
    }
    const verdicts = Object.entries(this.#slo) as [SloName, number][]
    const kept = verdicts.map(([name, bound]) => keeps(record, name, bound))
    verdicts.forEach(([name], i) => {
      if (kept[i] === false) this.#broken.set(name, (this.#broken.get(name) ?? 0) + 1)
    })
    if (kept.includes(false)) this.#bad += 1
    else if (kept.includes(undefined)) this.#unjudged += 1
    else this.#addGood(record)
  }

  result({ windowMs, gpus }: { readonly windowMs: number | undefined; readonly gpus: number | undefined }): Goodput {
    const judged = this.#good + this.#bad
    const requestsPerS = windowMs === undefined ? undefined : this.#goodInWindow / (windowMs / 1000)
    return {
      slo: this.#slo,
      good: this.#good,
      judged,
      unjudged: this.#unjudged,
      broken: Object.fromEntries([...this.#broken].sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(judged > 0 && { share: this.#good / judged }),
      ...(requestsPerS !== undefined && { requestsPerS }),
      ...(requestsPerS !== undefined && gpus !== undefined && { perGpu: requestsPerS / gpus }),
    }
  }

  #addGood(record: RequestRecord): void {
    this.#good += 1
    const lastMs = yieldSpan(record)?.lastMs
    if (lastMs !== undefined && this.#windows.some(({ startMs, endMs }) => lastMs > startMs && lastMs <= endMs))
      this.#goodInWindow += 1
  }
}

/** Whether a request that ended well keeps the bound; `undefined` where it has no such value. */
function keeps(record: RequestRecord, name: SloName, bound: number): boolean | undefined {
  const ms = sloLatencies[name](record)
  return ms === undefined ? undefined : ms <= boundMs(name, bound)
}
