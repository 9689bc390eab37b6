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
    for (let i = 0; i < columns.length; i += 1) this.#columns[i]!.push(Number(one[columns[i]!]))
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
      return [rate, ground.estimate((reachOf) => around(value, ratioEstimate({ grid, tops, bottoms }, reachOf)))]
    })
    return { basis: ground.basis, estimates: Object.fromEntries(estimates) as { [Rate in keyof Rates]: Estimate } }
  }

  /** Output tokens from an instant on, those of a reply spread evenly, in whole ones. */
  outputSince(fromMs: number): number {
    let sum = 0
    this.#each(({ firstMs, lastMs, outputTokens }) => {
      const share = lastMs < fromMs ? 0 : firstMs >= fromMs ? 1 : (lastMs - fromMs) / (lastMs - firstMs)
      sum += Math.round(outputTokens * share)
    })
    return sum
  }

  /** What was yielded, and the time for which plays had their lanes, in each cell of play x block. */
  sums(spans: Iterable<PlaySpan>, time: { readonly measuredMs: number; readonly blocks: number }): YieldSums {
    const sums = new CellSums(kinds, time)
    for (const span of spans) sums.spread('laneUs', Math.round((span.toMs - span.fromMs) * 1000), span)
    this.#each(({ play, firstMs, lastMs, outputTokens, inputTokens, freshInputTokens, endedWell }) => {
      sums.spread('output', outputTokens, { play, fromMs: firstMs, toMs: lastMs })
      sums.spread('total', outputTokens, { play, fromMs: firstMs, toMs: lastMs })
      const first = sums.cellAt(play, firstMs)
      sums.add('yields', 1, first)
      sums.add('total', inputTokens, first)
      sums.add('input', inputTokens, first)
      sums.add('freshInput', freshInputTokens, first)
      sums.add('requestsPerS', endedWell, sums.cellAt(play, lastMs))
    })
    return sums
  }

  /** In the order in which they came. The object is the same each time. */
  #each(visit: (one: Readonly<Record<(typeof columns)[number], number>>) => void): void {
    const pieces = this.#columns.map((column) => column.pieces())
    const one = Object.fromEntries(columns.map((name) => [name, 0])) as Record<(typeof columns)[number], number>
    for (let piece = 0; piece < pieces[0]!.length; piece += 1) {
      for (let i = 0; i < pieces[0]![piece]!.length; i += 1) {
        for (let column = 0; column < columns.length; column += 1) one[columns[column]!] = pieces[column]![piece]![i]!
        visit(one)
      }
    }
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
  const { degrees } = ratio
  return {
    ...intervalOf({ low: value / factor, value, high: value * factor }),
    ...(degrees !== undefined && { degrees }),
  }
}
