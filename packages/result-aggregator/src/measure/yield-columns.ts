import { CellSums } from '../interval/cell-sums.ts'
import { intervalFamilies } from '../interval/interval-family.ts'
import { intervalGround, type MeasuredTime } from '../interval/interval-ground.ts'
import { intervalOf } from '../interval/interval-of.ts'
import { ratioEstimate } from '../interval/ratio-estimate.ts'
import { type Estimate, type IntervalBasis, isInterval } from '../result/estimate.ts'
import { NumberList } from './number-list.ts'

/** What a request yielded within the window, and when. Instants are of the measured time. */
export interface Yield {
  readonly play: number
  readonly firstMs: number
  readonly lastMs: number
  readonly outputTokens: number
  /** Credited at its first token. */
  readonly inputTokens: number
  readonly freshInputTokens: number
  /** Whether it ended well, with its last token in the window. */
  readonly endedWell: boolean
}

/** A time in which a lane had a play. */
export interface PlaySpan {
  readonly play: number
  readonly fromMs: number
  readonly toMs: number
}

/** The yields of a run, kept to say how far its throughput can be trusted. */
export class YieldColumns {
  readonly #columns = columns.map(() => new NumberList())

  add(one: Yield): void {
    for (const [i, name] of columns.entries()) this.#columns[i]!.push(Number(one[name]))
  }

  /**
   * Intervals of the rates of a closed load: a play yields in the time that it has a lane, so what differs from play to play, and from block to block
   * of time, is what it yields in that time. `rates` are those that the intervals are of. Of an open load throughput is what arrived.
   */
  estimates<Rates extends { readonly [Rate in YieldRate]?: number }>(
    rates: Rates,
    { spans, ...measured }: MeasuredTime & { readonly spans: Iterable<PlaySpan> | 'open' },
  ): { readonly basis: IntervalBasis; readonly estimates: { readonly [Rate in keyof Rates]: Estimate } } {
    const family = intervalFamilies.rate
    const sums = this.sums(spans === 'open' ? [] : spans, { ...measured, blocks: family.blocks })
    const grid = sums.grid()
    const ground = intervalGround({ grid, counts: sums.of('yields'), ...measured }, family)
    const bottoms = sums.of('laneUs')
    const estimates = Object.entries<number>(rates).map(([rate, value]): [string, Estimate] => {
      if (spans === 'open') return [rate, { notEstimable: 'offered-load' }]
      const tops = sums.of(rate as YieldRate)
      return [rate, ground.estimate((reach) => around(value, ratioEstimate({ grid, tops, bottoms }, reach)))]
    })
    return { basis: ground.basis, estimates: Object.fromEntries(estimates) as { [Rate in keyof Rates]: Estimate } }
  }

  /** Output tokens from an instant on, those of a reply spread evenly, in whole ones. */
  outputSince(fromMs: number): number {
    const [firstMs, lastMs, output] = [1, 2, 3].map((i) => this.#columns[i]!.values()) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    return output.reduce((sum, tokens, i) => {
      const [from, to] = [firstMs[i]!, lastMs[i]!]
      const share = to < fromMs ? 0 : from >= fromMs ? 1 : (to - fromMs) / (to - from)
      return sum + Math.round(tokens * share)
    }, 0)
  }

  /** What was yielded, and the time for which plays had their lanes, in each cell of play x block. */
  sums(spans: Iterable<PlaySpan>, time: { readonly measuredMs: number; readonly blocks: number }): YieldSums {
    const sums = new CellSums(kinds, time)
    for (const span of spans) sums.spread('laneUs', Math.round((span.toMs - span.fromMs) * 1000), span)
    const [plays, firstMs, lastMs, output, input, freshInput, requests] = this.#columns.map((each) =>
      each.values(),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
    for (let i = 0; i < plays.length; i += 1) {
      const [play, fromMs, toMs] = [plays[i]!, firstMs[i]!, lastMs[i]!]
      sums.addAt('yields', 1, { play, atMs: fromMs })
      sums.spread('output', output[i]!, { play, fromMs, toMs })
      sums.spread('total', output[i]!, { play, fromMs, toMs })
      sums.addAt('total', input[i]!, { play, atMs: fromMs })
      sums.addAt('input', input[i]!, { play, atMs: fromMs })
      sums.addAt('freshInput', freshInput[i]!, { play, atMs: fromMs })
      sums.addAt('requestsPerS', requests[i]!, { play, atMs: toMs })
    }
    return sums
  }
}

const columns = ['play', 'firstMs', 'lastMs', 'outputTokens', 'inputTokens', 'freshInputTokens', 'endedWell'] as const
const kinds = ['laneUs', 'yields', 'total', 'input', 'freshInput', 'output', 'requestsPerS'] as const
export type YieldSums = CellSums<(typeof kinds)[number]>
export type YieldRate = Exclude<(typeof kinds)[number], 'laneUs' | 'yields'>

/** The interval of a ratio as one of a figure that is it in another unit. */
function around(value: number, ratio: Estimate): Estimate {
  if (!isInterval(ratio)) return ratio
  const factor = Math.sqrt(ratio.high / ratio.low)
  return intervalOf({ low: value / factor, value, high: value * factor })
}
