import type { RequestRecord } from '@reprise/replay-engine'
import { RequestClusters } from '../interval/request-clusters.ts'
import { hasFallenBehind } from '../measure/fallen-behind.ts'
import { knownEarly, type LatencyName, latencies } from '../measure/latencies.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import { PlayNumbers } from '../measure/play-numbers.ts'
import { measuredUntil, profilingWindows } from '../measure/profiling-windows.ts'
import type { TurnCounts } from '../result/run-comparison.ts'
import type { PairedRun } from './compared-run.ts'

/** Values of the same turns in two runs, in one order. `NaN`: not known of both; `Infinity`: this side failed the turn. */
export interface PairedValues {
  readonly a: Float64Array
  readonly b: Float64Array
}

/** What two runs of one plan did with the same turns: those that both sent while they were profiling. */
export class TurnPairs {
  readonly counts: TurnCounts
  /** A pair was sent when both were, on average. */
  readonly clusters: RequestClusters
  readonly #pairs: readonly (readonly [RequestRecord, RequestRecord])[]
  readonly #known = new Map<LatencyName, PairedValues>()

  constructor(a: PairedRun, b: PairedRun) {
    const [ofA, ofB] = [sentById(a), sentById(b)]
    this.#pairs = [...ofA].flatMap(([id, one]): [RequestRecord, RequestRecord][] => {
      const other = ofB.get(id)
      return other ? [[one, other]] : []
    })
    this.counts = {
      ...countEnds(this.#pairs),
      onlyInA: [...ofA.keys()].filter((id) => !ofB.has(id)).length,
      onlyInB: [...ofB.keys()].filter((id) => !ofA.has(id)).length,
    }
    const numbers = new PlayNumbers()
    const [atA, atB] = [measuredAt(a), measuredAt(b)]
    this.clusters = new RequestClusters({
      plays: Uint32Array.from(this.#pairs, ([one]) => numbers.of(one)),
      sentMs: Float64Array.from(this.#pairs, ([one, other]) => (atA(one) + atB(other)) / 2),
      measuredMs: Math.min(measuredMsOf(a), measuredMsOf(b)),
      fellBehind: hasFallenBehind(a.result) || hasFallenBehind(b.result),
    })
  }

  latencies(name: LatencyName): PairedValues {
    const known = this.#known.get(name) ?? this.#values((record) => latencyOf(name, record))
    this.#known.set(name, known)
    return known
  }

  /** Prompt tokens, and those that no cache held; of turns that both answered, and of which both servers tell. */
  misses(): { readonly input: PairedValues; readonly missed: PairedValues } {
    const known = (of: (prompt: { inputTokens: number; missedTokens: number }) => number) =>
      this.#values((record) => {
        const prompt = promptOf(record)
        return prompt ? of(prompt) : Number.NaN
      })
    return { input: known(({ inputTokens }) => inputTokens), missed: known(({ missedTokens }) => missedTokens) }
  }

  #values(of: (record: RequestRecord) => number): PairedValues {
    const [a, b] = [new Float64Array(this.#pairs.length), new Float64Array(this.#pairs.length)]
    for (const [i, [one, other]] of this.#pairs.entries()) {
      const [ofA, ofB] = [of(one), of(other)]
      const isKnown = !(Number.isNaN(ofA) || Number.isNaN(ofB) || (ofA === Infinity && ofB === Infinity))
      a[i] = isKnown ? ofA : Number.NaN
      b[i] = isKnown ? ofB : Number.NaN
    }
    return { a, b }
  }
}

/** Of what was sent again the last. */
function sentById({ replayed: { records } }: PairedRun): Map<string, RequestRecord> {
  const sent = records.filter(({ phase, sentMs }) => phase === 'profiling' && sentMs !== undefined)
  return new Map(sent.map((record) => [record.id, plausibleUsage(record)]))
}

function measuredAt({ replayed: { run, phases } }: PairedRun): (record: RequestRecord) => number {
  const windows = profilingWindows(run.plan.load, phases)
  return ({ sentMs }) => measuredUntil(windows, sentMs!)
}

function measuredMsOf({ result: { throughput } }: PairedRun): number {
  return throughput?.windowMs ?? 0
}

/** A request that was sent and refused, as too long for instance, was not served. */
function isFailed({ outcome: { kind } }: RequestRecord): boolean {
  return kind === 'failed' || kind === 'truncated'
}

function countEnds(pairs: readonly (readonly [RequestRecord, RequestRecord])[]) {
  const counts = { answeredByBoth: 0, failedInA: 0, failedInB: 0, failedInBoth: 0, cutOff: 0 }
  for (const [a, b] of pairs) counts[endOf(a, b)] += 1
  return counts
}

function endOf(a: RequestRecord, b: RequestRecord) {
  if (a.outcome.kind === 'cancelled' || b.outcome.kind === 'cancelled') return 'cutOff'
  if (isFailed(a)) return isFailed(b) ? 'failedInBoth' : 'failedInA'
  return isFailed(b) ? 'failedInB' : 'answeredByBoth'
}

function latencyOf(name: LatencyName, record: RequestRecord): number {
  if (isFailed(record)) return Infinity
  const value = record.outcome.kind === 'ok' || knownEarly.has(name) ? latencies[name](record) : undefined
  return value ?? Number.NaN
}

function promptOf({ outcome, inputTokens, plannedInputTokens, cachedTokens }: RequestRecord) {
  if (outcome.kind !== 'ok' || cachedTokens === undefined) return undefined
  const input = inputTokens ?? plannedInputTokens
  return { inputTokens: input, missedTokens: Math.max(0, input - cachedTokens) }
}
