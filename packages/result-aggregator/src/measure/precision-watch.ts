import type { RequestRecord } from '@reprise/replay-engine'
import { intervalFamilies } from '../interval/interval-family.ts'
import { KnownValues } from '../interval/known-values.ts'
import { quantileEstimates } from '../interval/quantile-estimates.ts'
import { RequestClusters } from '../interval/request-clusters.ts'
import { isInterval } from '../result/estimate.ts'
import { defaultLimits } from '../result/limits.ts'
import type { Precision, PrecisionMetric, PrecisionTarget } from '../result/precision.ts'
import { endToEnd, endToEndFromDue } from './end-to-end.ts'
import { NumberList } from './number-list.ts'
import { interTokenLatency, timePerOutputToken } from './time-per-token.ts'
import { timeToFirstAnswerToken, timeToFirstToken, timeToFirstTokenFromDue } from './time-to-first-token.ts'

const metrics: Record<PrecisionMetric, (record: RequestRecord) => number | undefined> = {
  ttft: timeToFirstToken,
  ttfat: timeToFirstAnswerToken,
  tpot: timePerOutputToken,
  itl_compat: interTokenLatency,
  e2e: endToEnd,
  co_ttft: timeToFirstTokenFromDue,
  co_e2e: endToEndFromDue,
}

/** From one look to the next. Whoever looks all the time stops at the first lucky moment. */
export const LOOK_EVERY_MS = 10 * 60_000

/**
 * Watches how exactly a percentile is known while a run is on. It looks at fixed instants of profiled time and at no other: the first as soon as
 * intervals of such a figure can be told at all, then every ten minutes.
 */
export class PrecisionWatch {
  readonly #target: PrecisionTarget
  readonly #plays = new Map<string, number>()
  readonly #playOf = new NumberList()
  readonly #sentMs = new NumberList()
  readonly #values = new NumberList()
  #profilingMs: number | undefined
  #nextLookMs: number
  #found: Omit<Precision, keyof PrecisionTarget> = { looks: 0 }

  constructor(target: PrecisionTarget) {
    this.#target = target
    this.#nextLookMs = this.#family.leastMeasuredMs
  }

  /** Profiling begins, at this instant. */
  begin(profilingMs: number): void {
    this.#profilingMs ??= profilingMs
  }

  /** Is told every record as its request ends; true: the target is reached. */
  add(record: RequestRecord): boolean {
    if (this.#profilingMs === undefined || record.phase !== 'profiling') return false
    const isReached = record.doneMs - this.#profilingMs >= this.#nextLookMs && this.#look()
    this.#keep(record, this.#profilingMs)
    return isReached
  }

  get precision(): Precision {
    return { ...this.#target, ...this.#found }
  }

  get #family() {
    return this.#target.metric === 'tpot' || this.#target.metric === 'itl_compat'
      ? intervalFamilies.pace
      : intervalFamilies.response
  }

  #keep(record: RequestRecord, profilingMs: number): void {
    const value = record.outcome.kind === 'ok' ? metrics[this.#target.metric](record) : undefined
    if (value === undefined || record.sentMs === undefined) return
    const key = `${record.lane}.${record.play}`
    const play = this.#plays.get(key) ?? this.#plays.size
    this.#plays.set(key, play)
    this.#playOf.push(play)
    this.#sentMs.push(record.sentMs - profilingMs)
    this.#values.push(value)
  }

  /** What had ended by the instant that was fixed for it. Where nothing ended for long, looks that were missed are not made up for. */
  #look(): boolean {
    const atMs = this.#nextLookMs
    this.#nextLookMs += LOOK_EVERY_MS
    const { percentile, halfWidthShare } = this.#target
    const clusters = new RequestClusters({
      plays: Uint32Array.from(this.#playOf.values()),
      sentMs: this.#sentMs.values(),
      measuredMs: atMs,
    })
    const { basis, estimates } = quantileEstimates(new KnownValues(this.#values.values()), {
      ...{ clusters, family: this.#family, probabilities: [percentile / 100] },
    })
    const [estimate] = estimates
    const looks = this.#found.looks + 1
    if (basis.effectiveN < defaultLimits.minPlays) {
      this.#found = { looks, atMs, notEstimable: 'few-plays' }
      return false
    }
    if (!isInterval(estimate) || estimate.halfWidthShare === undefined) {
      const why = estimate && 'notEstimable' in estimate ? { notEstimable: estimate.notEstimable } : {}
      this.#found = { looks, atMs, ...why }
      return false
    }
    const { low, high, halfWidthShare: reachedShare } = estimate
    this.#found = { looks, atMs, reachedShare, interval: { low, high } }
    return reachedShare <= halfWidthShare
  }
}
