import type { Corpus } from '@reprise/trace'
import { arrivalsOf } from '../plan/load.ts'
import type { Plan } from '../plan/plan.ts'
import { SeenByScope } from './seen-blocks.ts'
import { TreePrompts } from './tree-prompts.ts'

/** A request of a run, and when it left, or when it was known that it would not. */
export interface SentRequest {
  readonly lane: number
  readonly play: number
  readonly sessionIndex: number
  readonly turn: number
  readonly atMs: number
  /** False: it was never sent, and so left nothing in any cache. */
  readonly sends: boolean
}

/** Whether plays of different slots have blocks in common: then what a cache would have held is told by all requests of a run together. */
export function sharesBlocks({ blockScope, load }: Pick<Plan, 'blockScope' | 'load'>): boolean {
  if (load.sharedSystem !== undefined) return true
  return blockScope === 'global' || (load.kind === 'lanes' && load.cacheBust !== undefined)
}

/**
 * Prompt tokens that an infinite cache would have held when each request left, as a run counts them that sends all of them itself. The
 * requests stand in any order, and the numbers in the same; those that left at one instant did so in the order of their slots.
 */
export function recountHits(
  { plan, corpus }: { readonly plan: Plan; readonly corpus: Corpus },
  requests: readonly SentRequest[],
): Float64Array {
  const plays = new Plays(plan, corpus, requests)
  const hits = new Float64Array(requests.length)
  const inOrder = requests.map((_, i) => i).sort((one, other) => bySending(requests[one]!, requests[other]!))
  for (const i of inOrder) {
    const request = requests[i]!
    hits[i] = plays.promptsOf(request).next(request.sessionIndex, request.turn, request).idealHitTokens
    plays.sent(request)
  }
  return hits
}

function bySending(one: SentRequest, other: SentRequest): number {
  return one.atMs - other.atMs || one.lane - other.lane || one.sessionIndex - other.sessionIndex
}

/** The plays of a run, each kept from its beginning to its last request. */
class Plays {
  readonly #plan: Plan
  readonly #corpus: Corpus
  readonly #seen: SeenByScope
  readonly #known = new Map<string, TreePrompts>()
  readonly #left = new Map<string, number>()
  /** Of an open load: how many slots have begun, in the order of their arrival and so of their passes. */
  #begun = 0

  constructor(plan: Plan, corpus: Corpus, requests: readonly SentRequest[]) {
    this.#plan = plan
    this.#corpus = corpus
    this.#seen = new SeenByScope({ ...plan, ...kindOf(plan) })
    for (const request of requests) this.#left.set(keyOf(request), (this.#left.get(keyOf(request)) ?? 0) + 1)
  }

  promptsOf(request: SentRequest): TreePrompts {
    if (kindOf(this.#plan).kind === 'open')
      for (; this.#begun < request.lane; this.#begun += 1) this.#begin({ lane: this.#begun, play: 0 })
    return this.#begin(request)
  }

  sent(request: SentRequest): void {
    const key = keyOf(request)
    const left = this.#left.get(key)! - 1
    this.#left.set(key, left)
    if (left === 0) this.#known.delete(key)
  }

  #begin(slot: Pick<SentRequest, 'lane' | 'play'>): TreePrompts {
    const known = this.#known.get(keyOf(slot))
    if (known) return known
    const { seed, blockSize } = this.#plan
    const play = arrivalsOf(this.#plan).playOf(slot.lane, slot.play)!
    const { trace } = play.tree
    const prompts = new TreePrompts(
      this.#corpus.traces[trace]!,
      { seed, scope: play.scope, blockSize },
      this.#seen.ofPlay(play),
    )
    if (this.#left.has(keyOf(slot))) this.#known.set(keyOf(slot), prompts)
    return prompts
  }
}

function kindOf(plan: Plan): { readonly kind: 'closed' | 'open'; readonly slots: number } {
  const { kind, slots } = arrivalsOf(plan)
  return { kind, slots }
}

function keyOf({ lane, play }: Pick<SentRequest, 'lane' | 'play'>): string {
  return `${lane}.${play}`
}
