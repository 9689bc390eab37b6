import type { Plan, RequestRecord } from '@reprise/replay-engine'
import type { Breakdown } from '../result/breakdown.ts'
import { PartMeter, partLatencies } from './part.ts'
import { sessionIndexOf } from './session-index.ts'
import { type TreeShape, treeShapes } from './tree-shapes.ts'

/** Parts by turn double from turn 1 on: 0, 1, 2-3, 4-7 and so on. Prompts shorter than this are one part, and double from there. */
const LEAST_CONTEXT = 1024

/** The same figures by turn, by depth of subagents and by length of the prompt: a mean over all hides how they differ. */
export class BreakdownMeter {
  readonly #shapes: ReadonlyMap<string, TreeShape> | undefined
  readonly #turn = new Map<number, PartMeter>()
  readonly #depth = new Map<number, PartMeter>()
  readonly #context = new Map<number, PartMeter>()

  constructor(plan: Pick<Plan, 'trees'> | undefined) {
    this.#shapes = plan && treeShapes(plan)
  }

  /** Of the profiling phase. */
  add(record: RequestRecord): void {
    const latencies = partLatencies(record)
    partFrom(this.#turn, doublingFrom(record.turn, 1)).add(record, latencies)
    partFrom(this.#context, doublingFrom(record.plannedInputTokens, LEAST_CONTEXT)).add(record, latencies)
    const depth = this.#shapes?.get(record.trace)?.depths[sessionIndexOf(record)]
    if (depth !== undefined) partFrom(this.#depth, depth).add(record, latencies)
  }

  result(): Breakdown {
    return {
      turn: parts(this.#turn, (from) => doublingTo(from, 1)),
      ...(this.#shapes && { depth: parts(this.#depth, (from) => from) }),
      context: parts(this.#context, (from) => doublingTo(from, LEAST_CONTEXT)),
    }
  }
}

/** The largest of 0, `least`, 2 x `least`, 4 x `least` ... that is not above the value. */
function doublingFrom(value: number, least: number): number {
  return value < least ? 0 : least * 2 ** Math.floor(Math.log2(value / least))
}

function doublingTo(from: number, least: number): number {
  return from === 0 ? least - 1 : from * 2 - 1
}

function partFrom(meters: Map<number, PartMeter>, from: number): PartMeter {
  const meter = meters.get(from) ?? new PartMeter()
  meters.set(from, meter)
  return meter
}

function parts(meters: ReadonlyMap<number, PartMeter>, to: (from: number) => number) {
  return [...meters].sort(([a], [b]) => a - b).map(([from, meter]) => ({ from, to: to(from), ...meter.result() }))
}
