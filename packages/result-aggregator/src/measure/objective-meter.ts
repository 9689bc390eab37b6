import type { RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import { intervalFamilies } from '../interval/interval-family.ts'
import { intervalGround } from '../interval/interval-ground.ts'
import { KnownValues } from '../interval/known-values.ts'
import { leastValues } from '../interval/least-values.ts'
import { countByCell } from '../interval/play-time-grid.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import type { SloName } from '../result/goodput.ts'
import type { Objective, ObjectiveShare } from '../result/objective.ts'
import { NumberList } from './number-list.ts'
import { shareVerdict } from './share-verdict.ts'
import { boundMs, inUnitOf, knownLatency } from './slo-latencies.ts'

/** What drifts with the load of the server; docs/intervals.md. */
const paces: ReadonlySet<SloName> = new Set(['tpot', 'itl_compat', 'interactivity'])

/** How the intervals of a metric are made, and so how long a run has to be for one. */
export function intervalFamilyOf(metric: SloName) {
  return paces.has(metric) ? intervalFamilies.pace : intervalFamilies.response
}

/** Collects what an objective looks at: a number for each profiling request. */
export class ObjectiveMeter {
  readonly #objective: Objective
  readonly #values = new NumberList()

  constructor(objective: Objective) {
    this.#objective = objective
  }

  /** Of the profiling phase. */
  add(record: RequestRecord): void {
    this.#values.push(waitOf(this.#objective.metric, record))
  }

  /**
   * How many kept the bound, and whether so many do in the long run. The share of requests below the percentile that was seen varies from play to play and from
   * block to block of time; where the share within the bound is further from the wanted one than that, the verdict is certain. It is the
   * interval of the percentile, looked at from the bound: as the share can be told where a percentile is beyond all that was seen, so can the verdict.
   *
   * `clusters`: of all requests that were added, in the same order.
   */
  result(clusters: RequestClusters): ObjectiveShare {
    const { metric, percentile, bound } = this.#objective
    const p = percentile / 100
    const { fellBehind = false, ...measured } = clusters.measured
    const family = intervalFamilyOf(metric)
    const values = new KnownValues(this.#values.values())
    const grid = clusters.grid(family.blocks)
    const counts = countByCell(grid, values.all)
    const { n } = values
    const within = values.sorted.reduce((sum, ms) => sum + (ms <= boundMs(metric, bound) ? 1 : 0), 0)
    const seenMs = quantile(values.sorted, p, values.cutOff)
    const seen = { n, within, ...(seenMs !== undefined && seenMs < Infinity && { value: inUnitOf(metric, seenMs) }) }
    if (n < leastValues(p)) return { ...seen, verdict: 'unclear', why: 'few-values' }
    const spread = intervalGround({ grid, counts, ...measured }, family).estimate((reachOf) => {
      // Where the percentile itself is infinite, its share is that of all finite values.
      const topMs = seenMs !== undefined && seenMs < Infinity ? seenMs : (values.sorted.at(-1) ?? 0)
      const sums = { grid, tops: countByCell(grid, values.all, topMs), bottoms: counts }
      return { uncertainty: reachOf(sums).distance / n }
    }, p)
    if ('notEstimable' in spread) return { ...seen, verdict: 'unclear', why: spread.notEstimable }
    return { ...seen, ...spread, ...shareVerdict(within / n, p, spread.uncertainty, fellBehind) }
  }
}

/** Somebody waited in vain for a request that failed. */
function waitOf(metric: SloName, record: RequestRecord): number {
  return record.outcome.kind === 'failed' ? Infinity : knownLatency(metric, record)
}
