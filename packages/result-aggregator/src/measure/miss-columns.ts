import { intervalFamilies } from '../interval/interval-family.ts'
import { intervalGround } from '../interval/interval-ground.ts'
import { intervalOf } from '../interval/interval-of.ts'
import { countByCell, sumByCell } from '../interval/play-time-grid.ts'
import { ratioEstimate } from '../interval/ratio-estimate.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import { type Estimate, type IntervalBasis, isInterval } from '../result/estimate.ts'
import { type CachedPrompt, HitTally } from './cached-prompt.ts'
import { NumberList } from './number-list.ts'

/** Prompt tokens of requests, and those of them that no cache held. */
export class MissColumns {
  readonly #input = new NumberList()
  readonly #missed = new NumberList()
  readonly #tally = new HitTally()

  /** `undefined`: a request of which it is not known. */
  add(prompt: CachedPrompt | undefined): void {
    this.#input.push(prompt ? prompt.inputTokens : Number.NaN)
    this.#missed.push(prompt ? prompt.inputTokens - prompt.hitTokens : Number.NaN)
    this.#tally.add(prompt)
  }

  /** Requests of which it is known. */
  get known(): number {
    return this.#tally.known
  }

  /** Share of the prompt tokens that a cache held. */
  get hitRate(): number | undefined {
    return this.#tally.rate
  }

  /** Of the hit rate, by way of the rate of misses, which the scale of logarithms suits. `clusters` are those of all that were added. */
  estimate(clusters: RequestClusters): { readonly basis: IntervalBasis; readonly estimate: Estimate } {
    const family = intervalFamilies.share
    const grid = clusters.grid(family.blocks)
    const [input, missed] = [this.#input.values(), this.#missed.values()]
    const sums = { grid, tops: sumByCell(grid, missed), bottoms: sumByCell(grid, input) }
    const ground = intervalGround({ grid, counts: countByCell(grid, input), ...clusters.measured }, family)
    const estimate = ground.estimate((reachOf) => this.#hits(ratioEstimate(sums, reachOf)))
    return { basis: ground.basis, estimate }
  }

  #hits(misses: Estimate): Estimate {
    if (!isInterval(misses)) return misses
    if (misses.high >= 1) return { notEstimable: 'beyond-values' }
    const { low, high, degrees } = misses
    return {
      ...intervalOf({ low: 1 - high, value: this.hitRate!, high: 1 - low }),
      ...(degrees !== undefined && { degrees }),
    }
  }
}
