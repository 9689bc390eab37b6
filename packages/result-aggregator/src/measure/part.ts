import type { RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import { KnownValues } from '../interval/known-values.ts'
import type { Part } from '../result/breakdown.ts'
import { HitTally, idealHits, measuredHits } from './cached-prompt.ts'

export const partLatencies = ['ttft', 'tpot', 'e2e'] as const
export type PartLatency = (typeof partLatencies)[number]

/** What is counted of a part of the requests. */
export class PartTally {
  readonly #measured = new HitTally()
  readonly #ideal = new HitTally()
  #requests = 0
  #unanswered = 0

  add(record: RequestRecord): void {
    const { kind } = record.outcome
    this.#requests += 1
    if (kind === 'failed' || kind === 'cancelled') this.#unanswered += 1
    this.#measured.add(measuredHits(record))
    this.#ideal.add(idealHits(record))
  }

  addAll(other: PartTally): void {
    this.#requests += other.#requests
    this.#unanswered += other.#unanswered
    this.#measured.addAll(other.#measured)
    this.#ideal.addAll(other.#ideal)
  }

  /** How many requests it has. */
  get requests(): number {
    return this.#requests
  }

  /** `latencies`: of its requests, in any order, as `KnownValues` has them. */
  result(latencies: ReadonlyMap<PartLatency, Float64Array>): Omit<Part, 'from' | 'to'> {
    const [measured, ideal] = [this.#measured.rate, this.#ideal.rate]
    return {
      requests: this.#requests,
      unanswered: this.#unanswered,
      ...Object.fromEntries([...latencies].flatMap(([name, values]) => latencyOf(name, new KnownValues(values)))),
      ...(measured !== undefined && { hitMeasured: measured }),
      ...(ideal !== undefined && { hitIdeal: ideal }),
    }
  }
}

function latencyOf(
  name: PartLatency,
  { sorted, cutOff }: KnownValues,
): (readonly [PartLatency, NonNullable<Part[PartLatency]>])[] {
  if (sorted.length === 0) return []
  const [p50, p90] = [0.5, 0.9].map((p) => quantile(sorted, p, cutOff)!) as [number, number]
  const known = { ...(p50 < Infinity && { p50 }), ...(p90 < Infinity && { p90 }) }
  return [[name, { n: sorted.length, ...(cutOff > 0 && { cutOff }), ...known }]]
}
