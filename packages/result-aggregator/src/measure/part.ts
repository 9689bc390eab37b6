import type { RequestRecord } from '@reprise/replay-engine'
import type { Part } from '../result/breakdown.ts'
import { CacheHitMeter } from './cache-hit.ts'
import { cutOffDistributionOf, distributionOf } from './distribution.ts'
import { endToEnd } from './end-to-end.ts'
import { NumberList } from './number-list.ts'
import { timePerOutputToken } from './time-per-token.ts'
import { timeToFirstToken } from './time-to-first-token.ts'

const latencyNames = ['ttft', 'tpot', 'e2e'] as const
type LatencyName = (typeof latencyNames)[number]

/** Of one request: what it adds to each part that it is in. */
export type PartLatencies = Readonly<Record<LatencyName, number | undefined>>

export function partLatencies(record: RequestRecord): PartLatencies {
  return { ttft: timeToFirstToken(record), tpot: timePerOutputToken(record), e2e: endToEnd(record) }
}

/** The figures of a part of the requests, counted as they are of all of them. */
export class PartMeter {
  readonly #values = { ttft: new NumberList(8), tpot: new NumberList(8), e2e: new NumberList(8) }
  readonly #cutOff = { ttft: 0, tpot: 0, e2e: 0 }
  readonly #cacheHit = new CacheHitMeter()
  #requests = 0
  #unanswered = 0

  add(record: RequestRecord, latencies: PartLatencies): void {
    const { kind } = record.outcome
    this.#requests += 1
    if (kind === 'failed' || kind === 'cancelled') this.#unanswered += 1
    this.#cacheHit.add(record)
    for (const name of latencyNames) {
      const value = latencies[name]
      if (kind === 'ok' && value !== undefined) this.#values[name].push(value)
      // A first token that came is known, whatever became of the rest.
      if (kind === 'cancelled' && record.sentMs !== undefined && (name !== 'ttft' || value === undefined))
        this.#cutOff[name] += 1
    }
  }

  result(): Omit<Part, 'from' | 'to'> {
    const { measured, ideal } = this.#cacheHit.result()
    return {
      requests: this.#requests,
      unanswered: this.#unanswered,
      ...Object.fromEntries(latencyNames.flatMap((name) => this.#latency(name))),
      ...(measured !== undefined && { hitMeasured: measured }),
      ...(ideal !== undefined && { hitIdeal: ideal }),
    }
  }

  #latency(name: LatencyName): [LatencyName, NonNullable<Part[LatencyName]>][] {
    const sorted = this.#values[name].sorted()
    const cutOff = this.#cutOff[name]
    const all = cutOff === 0 ? distributionOf(sorted) : cutOffDistributionOf(sorted, cutOff)
    if (!all) return []
    const { n, p50, p90 } = all
    return [
      [
        name,
        { n, ...(cutOff > 0 && { cutOff }), ...(p50 !== undefined && { p50 }), ...(p90 !== undefined && { p90 }) },
      ],
    ]
  }
}
