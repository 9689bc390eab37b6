import type { RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import type { ColdStarts } from '../result/cold-starts.ts'
import { NumberList } from './number-list.ts'
import { timeToFirstToken } from './time-to-first-token.ts'

/** So many of a shape, in the order of sending, may have met a kernel that was not compiled yet. */
const FIRST = 3
/** Fewer later ones do not tell what is usual. */
const LEAST_LATER = 8
/** Times the 90th percentile of the later ones. */
const ODD_TIMES = 3
const EXAMPLES = 5

interface Start {
  readonly id: string
  readonly sentMs: number
  readonly ttftMs: number
}

interface Shape {
  /** The first that were sent, as far as has been heard. */
  readonly first: Start[]
  /** Times to the first token of the others. */
  readonly laterMs: NumberList
}

/**
 * Looks for kernels that were compiled while measuring: the first requests of a shape wait for it, the later ones do not. It cannot tell them
 * from requests that waited behind a burst; the log of the server can.
 *
 * Source: InferenceX #2819 and AISimulate #287, in which the first sweep over some shapes has times to the first token three times those of the second.
 */
export class ColdStartMeter {
  /** By power of two of the computed prompt. */
  readonly #shapes = new Map<number, Shape>()

  /** Of the profiling phase. */
  add(record: RequestRecord): void {
    const { id, sentMs, outcome, inputTokens, plannedInputTokens, cachedTokens, idealHitTokens } = record
    const ttftMs = timeToFirstToken(record)
    if (outcome.kind !== 'ok' || sentMs === undefined || ttftMs === undefined) return
    const freshTokens = (inputTokens ?? plannedInputTokens) - (cachedTokens ?? idealHitTokens)
    const tokens = 2 ** Math.floor(Math.log2(Math.max(1, freshTokens)))
    const shape = this.#shapes.get(tokens) ?? { first: [], laterMs: new NumberList(8) }
    this.#shapes.set(tokens, shape)
    // Records come in the order of their ends, and the first sent may be the last to end.
    if (shape.first.length === FIRST && sentMs > shape.first[FIRST - 1]!.sentMs) {
      shape.laterMs.push(ttftMs)
      return
    }
    shape.first.push({ id, sentMs, ttftMs })
    shape.first.sort((a, b) => a.sentMs - b.sentMs || (a.id < b.id ? -1 : 1))
    if (shape.first.length > FIRST) shape.laterMs.push(shape.first.pop()!.ttftMs)
  }

  /** `undefined` where no shape has enough requests. */
  result(): ColdStarts | undefined {
    const told = [...this.#shapes].filter(([, { laterMs }]) => laterMs.length >= LEAST_LATER)
    if (told.length === 0) return undefined
    const cold = told.flatMap(([shapeTokens, shape]) => coldOf(shapeTokens, shape)).sort(byDistance)
    const p99 = cold.length > 0 ? quantile(this.#without(cold), 0.99) : undefined
    return {
      shapes: told.length,
      coldShapes: new Set(cold.map(({ shapeTokens }) => shapeTokens)).size,
      requests: cold.length,
      worst: cold.slice(0, EXAMPLES),
      ...(p99 !== undefined && { ttftP99WithoutMs: p99 }),
    }
  }

  /** The times to the first token of all but these, rising. */
  #without(cold: ColdStarts['worst']): Float64Array {
    const ids = new Set(cold.map(({ id }) => id))
    const others = [...this.#shapes.values()].flatMap(({ first, laterMs }) => [
      ...first.flatMap(({ id, ttftMs }) => (ids.has(id) ? [] : [ttftMs])),
      ...laterMs.sorted(),
    ])
    return Float64Array.from(others).sort()
  }
}

function coldOf(shapeTokens: number, { first, laterMs }: Shape): ColdStarts['worst'] {
  const usualP90Ms = quantile(laterMs.sorted(), 0.9)!
  return first
    .filter(({ ttftMs }) => ttftMs > ODD_TIMES * usualP90Ms)
    .map(({ id, ttftMs }) => ({ id, shapeTokens, ttftMs, usualP90Ms }))
}

function byDistance(a: ColdStarts['worst'][number], b: ColdStarts['worst'][number]): number {
  return b.ttftMs - b.usualP90Ms - (a.ttftMs - a.usualP90Ms) || (a.id < b.id ? -1 : 1)
}
