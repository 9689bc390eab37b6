import type { RequestRecord } from '@reprise/replay-engine'
import type { Metric, MetricName, Metrics } from '../result/metric.ts'
import { connectTime } from './connect-time.ts'
import { dispatchDelay } from './dispatch-delay.ts'
import { cutOffDistributionOf, distributionOf, withFailures } from './distribution.ts'
import { endToEnd, endToEndFromDue, endToEndPerToken } from './end-to-end.ts'
import { interactivityOf } from './interactivity.ts'
import { longestChunkGap } from './longest-chunk-gap.ts'
import { NumberList } from './number-list.ts'
import { scheduleDrift } from './schedule-drift.ts'
import { interTokenLatency, timePerOutputToken } from './time-per-token.ts'
import { timeToFirstAnswerToken, timeToFirstToken, timeToFirstTokenFromDue } from './time-to-first-token.ts'

/** One value per request that ended well; a failure counts as infinitely slow in `withFailures`. */
const latencies = {
  ttft: timeToFirstToken,
  ttfat: timeToFirstAnswerToken,
  tpot: timePerOutputToken,
  itl_compat: interTokenLatency,
  e2e: endToEnd,
  e2e_per_token: endToEndPerToken,
  longest_chunk_gap: longestChunkGap,
  co_ttft: timeToFirstTokenFromDue,
  co_e2e: endToEndFromDue,
} satisfies Partial<Record<MetricName, (record: RequestRecord) => number | undefined>>

type LatencyName = keyof typeof latencies
const latencyNames = Object.keys(latencies) as LatencyName[]

/** What the end of the run cannot cut off once it has happened, though it may cut off the reply. */
const knownEarly: ReadonlySet<LatencyName> = new Set(['ttft', 'ttfat', 'co_ttft'])

/** Collects the values of every metric from profiling records: numbers only, no record is kept. */
export class MetricMeter {
  readonly #values = Object.fromEntries(latencyNames.map((name) => [name, new NumberList()])) as Record<
    LatencyName,
    NumberList
  >
  readonly #cutOff = Object.fromEntries(latencyNames.map((name) => [name, 0])) as Record<LatencyName, number>
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
    if (kind === 'cancelled' && record.sentMs !== undefined) this.#addCutOff(record)
    if (kind !== 'ok') return
    this.#ok += 1
    for (const name of latencyNames) {
      const value = latencies[name](record)
      if (value !== undefined) this.#values[name].push(value)
    }
    this.#addGaps(record.chunkGapsMs)
  }

  /** Metrics without a value are left out. */
  result(): Metrics {
    const metrics: Metrics = {}
    for (const name of latencyNames) {
      const sorted = this.#values[name].sorted()
      const metric = this.#latency(sorted, this.#cutOff[name])
      if (metric) metrics[name] = metric
      if (metric && name === 'tpot') metrics.interactivity = interactivityOf(metric, sorted)
      if (metric && name === 'e2e_per_token') metrics.e2e_interactivity = interactivityOf(metric, sorted)
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

  #latency(sorted: Float64Array, cutOff: number): Metric | undefined {
    const metric = inMs(sorted, { excluded: this.#ok - sorted.length, cutOff })
    const adjusted = withFailures(sorted, this.#failed)
    return metric && { ...metric, ...(adjusted && { withFailures: adjusted }) }
  }

  /** Its latencies are not known, and longer than those of most: it was still at work when the others had ended. */
  #addCutOff(record: RequestRecord): void {
    for (const name of latencyNames) {
      if (!knownEarly.has(name) || latencies[name](record) === undefined) this.#cutOff[name] += 1
    }
  }

  #addGaps(gapsMs: readonly number[] | undefined): void {
    if (!gapsMs || gapsMs.length === 0) this.#withoutGaps += 1
    else for (const gapMs of gapsMs) this.#chunkGaps.push(gapMs)
  }
}

function inMs(
  sorted: Float64Array,
  { excluded, cutOff = 0 }: { readonly excluded: number; readonly cutOff?: number },
): Metric | undefined {
  const distribution = cutOff === 0 ? distributionOf(sorted) : cutOffDistributionOf(sorted, cutOff)
  return distribution && { unit: 'ms', ...distribution, excluded }
}
