import type { Plan, RequestRecord } from '@reprise/replay-engine'
import type { Breakdown, Part } from '../result/breakdown.ts'
import { NumberList } from './number-list.ts'
import { type PartLatency, PartTally, partLatencies } from './part.ts'
import { sessionIndexOf } from './session-index.ts'
import { type TreeShape, treeShapes } from './tree-shapes.ts'

/** Parts by turn double from turn 1 on: 0, 1, 2-3, 4-7 and so on. Prompts shorter than this are one part, and double from there. */
const LEAST_CONTEXT = 1024

/** Where in each direction a request lies: the number of its part by turn and by prompt, and how many agents stand above it. */
interface Place {
  readonly turn: number
  readonly context: number
  /** Not known where the plan is not at hand, or has no such trace. */
  readonly depth: number | undefined
}

/**
 * The same figures by turn, by depth of subagents and by length of the prompt: a mean over all hides how they differ. Requests are told apart by all
 * three at once, and each part is made of those that lie in it.
 */
export class BreakdownMeter {
  readonly #shapes: ReadonlyMap<string, TreeShape> | undefined
  readonly #cells = new Map<number, number>()
  readonly #places: Place[] = []
  readonly #tallies: PartTally[] = []
  /** Of each request its cell. */
  readonly #cellOf = new NumberList()

  constructor(plan: Pick<Plan, 'trees'> | undefined) {
    this.#shapes = plan && treeShapes(plan)
  }

  /** Of the profiling phase. */
  add(record: RequestRecord): void {
    const cell = this.#cell({
      turn: partNumber(record.turn, 1),
      context: partNumber(record.plannedInputTokens, LEAST_CONTEXT),
      depth: this.#shapes?.get(record.trace)?.depths[sessionIndexOf(record)],
    })
    this.#cellOf.push(cell)
    this.#tallies[cell]!.add(record)
  }

  /** `valuesOf`: a latency of each request that was added, in the same order, as `KnownValues` has them. */
  result(valuesOf: (name: PartLatency) => Float64Array): Breakdown {
    const cellOf = this.#cellOf.values()
    const parts = (of: (place: Place) => number | undefined, least?: number) =>
      this.#parts(of, cellOf, valuesOf).map(({ part, ...figures }) => ({
        ...boundsOf(part, least),
        ...figures,
      }))
    return {
      turn: parts(({ turn }) => turn, 1),
      ...(this.#shapes && { depth: parts(({ depth }) => depth) }),
      context: parts(({ context }) => context, LEAST_CONTEXT),
    }
  }

  #cell(place: Place): number {
    const key = (((place.depth ?? -1) + 1) * PARTS + place.turn) * PARTS + place.context
    const known = this.#cells.get(key)
    if (known !== undefined) return known
    this.#cells.set(key, this.#places.length)
    this.#places.push(place)
    this.#tallies.push(new PartTally())
    return this.#places.length - 1
  }

  /** In one direction, rising. */
  #parts(
    numberOf: (place: Place) => number | undefined,
    cellOf: Float64Array,
    valuesOf: (name: PartLatency) => Float64Array,
  ): (Omit<Part, 'from' | 'to'> & { readonly part: number })[] {
    const present = new Set(this.#places.flatMap((place) => numberOf(place) ?? []))
    const rising = [...present].sort((one, other) => one - other)
    const partOf = Int32Array.from(this.#places, (place) => rising.indexOf(numberOf(place) ?? Number.NaN))
    const tallies = rising.map(() => new PartTally())
    for (const [cell, part] of partOf.entries()) tallies[part]?.addAll(this.#tallies[cell]!)
    const latencies = rising.map(() => new Map<PartLatency, Float64Array>())
    for (const name of partLatencies) {
      const room = tallies.map(({ requests }) => new Float64Array(requests))
      fill(room, { values: valuesOf(name), cellOf, partOf })
      for (const [part, own] of room.entries()) latencies[part]!.set(name, own)
    }
    return rising.map((part, i) => ({ part, ...tallies[i]!.result(latencies[i]!) }))
  }
}

/** Sorts values into parts; a cell of part -1 is in none. */
function fill(
  room: readonly Float64Array[],
  {
    values,
    cellOf,
    partOf,
  }: { readonly values: Float64Array; readonly cellOf: Float64Array; readonly partOf: Int32Array },
): void {
  const used = new Uint32Array(room.length)
  for (let i = 0; i < values.length; i += 1) {
    const part = partOf[cellOf[i]!]!
    if (part < 0) continue
    room[part]![used[part]!] = values[i]!
    used[part]! += 1
  }
}

/** More than there are powers of two of a length. */
const PARTS = 64

/** 0 below `least`, then 1 more each time that it doubles. */
function partNumber(value: number, least: number): number {
  return value < least ? 0 : 1 + Math.floor(Math.log2(value / least))
}

/** Of a part that doubles from `least` on; without it a part is one value. */
function boundsOf(part: number, least: number | undefined): { readonly from: number; readonly to: number } {
  if (least === undefined) return { from: part, to: part }
  return part === 0 ? { from: 0, to: least - 1 } : { from: least * 2 ** (part - 1), to: least * 2 ** part - 1 }
}
