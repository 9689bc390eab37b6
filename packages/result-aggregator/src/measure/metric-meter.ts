import type { RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import { intervalFamilies } from '../interval/interval-family.ts'
import { KnownValues } from '../interval/known-values.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import type { Metric, Metrics } from '../result/metric.ts'
import { connectTime } from './connect-time.ts'
import { dispatchDelay } from './dispatch-delay.ts'
import { cutOffDistributionOf, distributionOf, withFailures } from './distribution.ts'
import { interactivityOf } from './interactivity.ts'
import { knownEarly, type LatencyName, latencies, latencyNames } from './latencies.ts'
import { latencyIntervals } from './latency-intervals.ts'
import { NumberList } from './number-list.ts'
import { scheduleDrift } from './schedule-drift.ts'

/** What spreads for the same reason, by which it gets its intervals. */
const families: Readonly<Record<LatencyName, keyof typeof intervalFamilies>> = {
  ttft: 'response',
  ttfat: 'response',
  tpot: 'pace',
  itl_compat: 'pace',
  e2e: 'response',
  e2e_per_token: 'response',
  longest_chunk_gap: 'pace',
  co_ttft: 'response',
  co_e2e: 'response',
}

/** Collects the values of every metric from profiling records: numbers only, no record is kept. */
export class MetricMeter {
  readonly #values = Object.fromEntries(latencyNames.map((name) => [name, new NumberList()])) as Record<
    LatencyName,
    NumberList
  >
  readonly #dispatchDelays = new NumberList()
  readonly #connectTimes = new NumberList()
  readonly #drifts = new NumberList()
  readonly #chunkGaps = new NumberList()
  #ok = 0
  #failed = 0
  #requests = 0
  #withoutGaps = 0

  add(record: RequestRecord): void {
    this.#requests += 1
    const delayMs = dispatchDelay(record)
    if (delayMs !== undefined) this.#dispatchDelays.push(delayMs)
    const driftMs = scheduleDrift(record)
    if (driftMs !== undefined) this.#drifts.push(driftMs)
    const connectMs = connectTime(record)
    if (connectMs !== undefined) this.#connectTimes.push(connectMs)
    const { kind } = record.outcome
    if (kind === 'failed' || kind === 'cancelled') this.#failed += 1
    for (const name of latencyNames) this.#values[name].push(knownValue(name, record))
    if (kind !== 'ok') return
    this.#ok += 1
    this.#addGaps(record.chunkGapsMs)
  }

  /** Metrics without a value are left out. With intervals where the clusters of all requests that were added are given. */
  result(clusters?: RequestClusters): Metrics {
    const metrics: Metrics = {}
    for (const name of latencyNames) {
      const values = new KnownValues(this.valuesOf(name))
      const metric = this.#latency(values)
      if (!metric) continue
      const intervals = clusters && latencyIntervals(values, clusters, intervalFamilies[families[name]])
      metrics[name] = { ...metric, ...(intervals && { intervals }) }
      if (name === 'tpot') metrics.interactivity = interactivityOf(metrics[name], values.sorted)
      if (name === 'e2e_per_token') metrics.e2e_interactivity = interactivityOf(metrics[name], values.sorted)
    }
    const delay = inMs(this.#dispatchDelays.sorted(), { excluded: this.#requests - this.#dispatchDelays.length })
    if (delay) metrics.dispatch_delay = delay
    const drift = inMs(this.#drifts.sorted(), { excluded: this.#requests - this.#drifts.length })
    if (drift) metrics.schedule_drift = drift
    const connect = inMs(this.#connectTimes.sorted(), { excluded: this.#requests - this.#connectTimes.length })
    if (connect) metrics.connect_time = connect
    const gap = inMs(this.#chunkGaps.sorted(), { excluded: this.#withoutGaps })
    if (gap) metrics.chunk_gap = gap
    return metrics
  }

  /** Of every request that was added, in the same order, as `KnownValues` has them. */
  valuesOf(name: LatencyName): Float64Array {
    return this.#values[name].values()
  }

  /** What is known of the requests that were sent at `fromMs` or later; `sentMs` is of all that were added. */
  since(
    sentMs: Float64Array,
    fromMs: number,
  ): { ttftP50Ms: number; ttftP90Ms: number; tpotP50Ms?: number } | undefined {
    const sorted = (name: LatencyName) => {
      const values = this.valuesOf(name)
      for (let i = 0; i < values.length; i += 1) if (sentMs[i]! < fromMs) values[i] = Number.NaN
      return new KnownValues(values)
    }
    const at = ({ sorted: values, cutOff }: KnownValues, p: number) => quantile(values, p, cutOff)
    const [ttft, tpot] = [sorted('ttft'), sorted('tpot')]
    const [p50, p90, pace] = [at(ttft, 0.5), at(ttft, 0.9), at(tpot, 0.5)]
    if (p50 === undefined || p90 === undefined || p90 === Infinity) return undefined
    return { ttftP50Ms: p50, ttftP90Ms: p90, ...(pace !== undefined && pace !== Infinity && { tpotP50Ms: pace }) }
  }

  #latency({ sorted, cutOff }: KnownValues): Metric | undefined {
    const metric = inMs(sorted, { excluded: this.#ok - sorted.length, cutOff })
    const adjusted = withFailures(sorted, this.#failed)
    return metric && { ...metric, ...(adjusted && { withFailures: adjusted }) }
  }

  #addGaps(gapsMs: readonly number[] | undefined): void {
    if (!gapsMs || gapsMs.length === 0) this.#withoutGaps += 1
    else for (const gapMs of gapsMs) this.#chunkGaps.push(gapMs)
  }
}

/**
 * `NaN` where there is none. That of a request which was cut off is not known, and longer than those of most, for it was still at work when the
 * others had ended: `Infinity`.
 */
function knownValue(name: LatencyName, record: RequestRecord): number {
  const value = latencies[name](record)
  const { outcome, sentMs } = record
  if (outcome.kind === 'ok') return value ?? Number.NaN
  const isCutOff =
    outcome.kind === 'cancelled' && sentMs !== undefined && !(knownEarly.has(name) && value !== undefined)
  return isCutOff ? Infinity : Number.NaN
}

function inMs(
  sorted: Float64Array,
  { excluded, cutOff = 0 }: { readonly excluded: number; readonly cutOff?: number },
): Metric | undefined {
  const distribution = cutOff === 0 ? distributionOf(sorted) : cutOffDistributionOf(sorted, cutOff)
  return distribution && { unit: 'ms', ...distribution, excluded }
}
