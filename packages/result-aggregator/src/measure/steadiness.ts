import type { RequestRecord } from '@reprise/replay-engine'
import type { Steadiness, Trend } from '../result/result.ts'
import { measuredUntil, type ProfilingWindow } from './profiling-windows.ts'

/**
 * Compares the last third of the measured time with the first: the mean prompt length of the requests sent in it, and the mean number of
 * requests in flight. A population of sessions that is still shallow at the start, or a load that grows, shows as a difference between
 * them. Lanes are independent of one another, requests of a lane are not, so the error of a difference is that of its sum over lanes.
 */
export class SteadinessMeter {
  readonly #windows: readonly ProfilingWindow[]
  readonly #measuredMs: number
  readonly #lanes = new Map<number, LaneThirds>()

  /** `windows`: in the order of time, all of them with an end. */
  constructor(windows: readonly ProfilingWindow[]) {
    this.#windows = windows
    this.#measuredMs = windows.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  }

  add({ lane, sentMs, doneMs, inputTokens, plannedInputTokens }: RequestRecord): void {
    if (sentMs === undefined) return
    const thirds = this.#thirdsOf(lane)
    const [from, to] = [measuredUntil(this.#windows, sentMs), measuredUntil(this.#windows, doneMs)]
    const thirdMs = this.#measuredMs / 3
    const third = from < thirdMs ? thirds.first : from >= 2 * thirdMs ? thirds.last : undefined
    if (third && from < this.#measuredMs) {
      third.requests += 1
      third.inputTokens += inputTokens ?? plannedInputTokens
    }
    thirds.first.busyUs += wholeUs(Math.min(to, thirdMs) - from)
    thirds.last.busyUs += wholeUs(to - Math.max(from, 2 * thirdMs))
  }

  #thirdsOf(lane: number): LaneThirds {
    const known = this.#lanes.get(lane)
    if (known) return known
    const thirds = { first: noRequests(), last: noRequests() }
    this.#lanes.set(lane, thirds)
    return thirds
  }

  /** `undefined` where fewer than three lanes have sent in both thirds: then no error can be told. */
  result(): Steadiness | undefined {
    const lanes = [...this.#lanes].sort(([one], [other]) => one - other).map(([, thirds]) => thirds)
    if (lanes.filter(({ first, last }) => first.requests > 0 && last.requests > 0).length < 3) return undefined
    const thirdMs = this.#measuredMs / 3
    return {
      inputTokens: trend(lanes, ({ inputTokens, requests }) => [inputTokens, requests]),
      inFlight: trend(lanes, ({ busyUs }) => [busyUs / 1000 / thirdMs, 1 / lanes.length]),
    }
  }
}

interface Third {
  requests: number
  inputTokens: number
  busyUs: number
}

interface LaneThirds {
  readonly first: Third
  readonly last: Third
}

function noRequests(): Third {
  return { requests: 0, inputTokens: 0, busyUs: 0 }
}

/** Whole numbers add up to the same in any order. */
function wholeUs(ms: number): number {
  return Math.max(0, Math.round(ms * 1000))
}

/** The ratio of two sums over lanes in each third. Source for the error: linearisation of a ratio, clusters = lanes (Cochran 1977). */
function trend(lanes: readonly LaneThirds[], parts: (third: Third) => readonly [sum: number, weight: number]): Trend {
  const total = (thirds: readonly Third[]) => {
    const [sum, weight] = [0, 1].map((i) => thirds.reduce((all, third) => all + parts(third)[i]!, 0)) as [
      number,
      number,
    ]
    return { mean: sum / weight, weight }
  }
  const first = total(lanes.map((lane) => lane.first))
  const last = total(lanes.map((lane) => lane.last))
  const residual = (third: Third, { mean, weight }: typeof first) => {
    const [sum, own] = parts(third)
    return (sum - mean * own) / weight
  }
  const squares = lanes.reduce((all, lane) => all + (residual(lane.last, last) - residual(lane.first, first)) ** 2, 0)
  return {
    first: first.mean,
    last: last.mean,
    standardError: Math.sqrt((squares * lanes.length) / (lanes.length - 1)),
  }
}
