import type { EngineListener } from '../engine-request.ts'
import type { Live } from './live-request.ts'
import type { Scheduler } from './scheduler.ts'
import type { Sequence } from './sequence.ts'
import type { StepPlan } from './step-plan.ts'
import type { Tally } from './tally.ts'
import { timingOf } from './timing-of.ts'

interface ToldRequestsParts {
  readonly scheduler: Scheduler
  readonly listener: EngineListener
  readonly tally: Tally
  /** Of a request that goes on, the first token alone is told at its instant. */
  readonly fastForward: boolean
}

/** The requests of an engine of steps: who is in it, and what its listener is told of them. */
export class ToldRequests {
  readonly #parts: ToldRequestsParts
  readonly #live = new Map<string, Live>()
  /** Those that have ended and keep their blocks. */
  readonly #keeping = new Map<string, Live>()
  readonly #bySequence = new Map<Sequence, Live>()

  constructor(parts: ToldRequestsParts) {
    this.#parts = parts
  }

  /** @throws RangeError when the id is in use. */
  add(live: Live): void {
    const { id } = live.request
    if (this.#live.has(id)) throw new RangeError(`request ${id} is already in the engine`)
    this.#live.set(id, live)
  }

  /** One that has not ended. */
  of(id: string): Live | undefined {
    return this.#live.get(id)
  }

  /** Nothing more is told of it. Undefined when it has ended. */
  drop(id: string): Live | undefined {
    const live = this.#live.get(id)
    this.#live.delete(id)
    return live
  }

  /** One that has ended and kept its blocks until now. */
  takeKept(id: string): Live | undefined {
    const live = this.#keeping.get(id)
    this.#keeping.delete(id)
    return live
  }

  /** The scheduler has a request. */
  placed(live: Live, sequence: Sequence): void {
    live.sequence = sequence
    this.#bySequence.set(sequence, live)
    const rank = this.#parts.scheduler.rankOf?.(sequence)
    if (rank !== undefined && this.#isHeard(live)) this.#parts.listener.placed?.(live.request, rank)
  }

  aborted(sequence: Sequence): void {
    this.#bySequence.delete(sequence)
  }

  /** Output tokens so far of those that have any. */
  get generated(): ReadonlyMap<string, number> {
    const tokens = new Map<string, number>()
    for (const [{ generated }, live] of this.#bySequence)
      if (generated > 0 && this.#isHeard(live)) tokens.set(live.request.id, generated)
    return tokens
  }

  /** A step begins with those that it takes in, and with what was found for them. */
  begun({ sequences, isNew }: StepPlan, atMs: number): void {
    for (let at = 0; at < sequences.length; at += 1) {
      const live = isNew[at] ? this.#bySequence.get(sequences[at]!) : undefined
      if (live) live.scheduledMs = atMs
    }
  }

  /** A plan was made: who has blocks for a prompt that another engine sends, and who has all of one that was sent. */
  handed({ reserved, handed }: StepPlan, atMs: number): void {
    for (const { request, cachedTokens = 0 } of reserved)
      if (this.#live.has(request.id))
        this.#parts.listener.reserved?.(request, request.promptTokens - cachedTokens, atMs)
    for (const sequence of handed) {
      this.tokens(sequence, 1, atMs)
      if (sequence.ended) this.finished(sequence, atMs)
    }
  }

  /** What of each prompt that another engine is to get has been found, when its step begins. What is still being loaded is not told. */
  found(plan: StepPlan, atMs: number): void {
    if (plan.endsFromMs === 0) this.#tellComputed(plan, (at) => plan.computedBefore[at]!, atMs)
  }

  /** The same when it ends, with what it has computed. */
  computed(plan: StepPlan, atMs: number): void {
    this.#tellComputed(plan, (at) => plan.computedBefore[at]! + plan.tokens[at]!, atMs)
  }

  /** A step brought a sequence so many output tokens. */
  tokens(sequence: Sequence, brought: number, atMs: number): void {
    const { tally, fastForward, listener } = this.#parts
    tally.brought(sequence, brought)
    if (fastForward && sequence.generated > 1 && !sequence.ended) return
    const live = this.#bySequence.get(sequence)!
    if (sequence.generated === 1) live.firstTokenMs = atMs
    const count = sequence.generated - live.told
    live.told = sequence.generated
    if (this.#isHeard(live)) listener.tokens(live.request, count, atMs, sequence.cachedTokens ?? 0)
  }

  finished(sequence: Sequence, atMs: number): void {
    const { tally, scheduler, listener } = this.#parts
    const live = this.#bySequence.get(sequence)!
    const { request } = live
    this.#bySequence.delete(sequence)
    tally.finished(sequence)
    if (!this.#isHeard(live)) {
      if (request.keepsBlocks) scheduler.letGo?.(sequence)
      return
    }
    this.#live.delete(request.id)
    if (request.keepsBlocks) this.#keeping.set(request.id, live)
    listener.finished(request, sequence.cachedTokens ?? 0, atMs, timingOf(live, sequence))
  }

  #tellComputed({ sequences }: StepPlan, tokensAt: (at: number) => number, atMs: number): void {
    const { listener } = this.#parts
    if (!listener.computed) return
    for (const [at, { request, ended }] of sequences.entries())
      if (request.keepsBlocks && !ended && this.#live.has(request.id) && tokensAt(at) > 0)
        listener.computed(request, tokensAt(at), atMs)
  }

  /** False once aborted, though the step in progress may still compute for it. */
  #isHeard(live: Live): boolean {
    return this.#live.get(live.request.id) === live
  }
}
