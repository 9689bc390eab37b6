import type { Arrivals, Play } from '../plan/play.ts'

/** The block ids that an infinite cache would hold in one scope. */
export class SeenBlocks {
  readonly #seen = new Set<number>()
  /** Last blocks that were not full. */
  readonly #partial = new Set<number>()

  /**
   * How many leading blocks have been seen. `known` of them certainly have: those shared with an earlier request of the same session,
   * which spares looking at a long prompt id by id.
   */
  leading(blocks: Uint32Array, known: number): number {
    let length = known
    while (length < blocks.length && this.#seen.has(blocks[length]!)) length += 1
    return length
  }

  hasPartial(id: number): boolean {
    return this.#partial.has(id)
  }

  add(blocks: Uint32Array, from: number, partial?: number): void {
    for (let i = from; i < blocks.length; i += 1) this.#seen.add(blocks[i]!)
    if (partial !== undefined) this.#partial.add(partial)
  }
}

/** What the blocks of a play have in common with other plays, and those that have been sent of it. */
export interface CommonBlocks {
  readonly scope: string
  readonly seen: SeenBlocks
}

/** What counts as sent before, of one play; `common`: absent where it shares nothing. */
export interface SeenByPlay {
  readonly seen: SeenBlocks
  readonly common?: CommonBlocks | undefined
  /** Text that the system prompts of all plays begin with, `tokens` of it at most; absent: none. */
  readonly system?: {
    readonly ofRoots: CommonBlocks
    readonly ofSubagents: CommonBlocks
    readonly tokens?: number
  }
}

/**
 * Infinite caches by scope, each kept as long as a play of its scope can come.
 *
 * A local scope belongs to one play. Where ids are global, all plays of a pass share one, and it is let go once every lane is past it.
 */
export class SeenByScope {
  readonly #passOfLane: Int32Array
  /** Of scopes that plays have in common: system prompts, which are few. */
  readonly #common = new Map<string, SeenBlocks>()
  readonly #byPass: Map<number, SeenBlocks> | undefined

  readonly #isOpen: boolean

  /** `sends`: whether plays of a slot will come; others keep nothing. */
  constructor({
    blockScope,
    kind,
    slots,
    sends = () => true,
  }: Pick<Arrivals, 'kind' | 'slots'> & {
    readonly blockScope: 'local' | 'global'
    readonly sends?: (slot: number) => boolean
  }) {
    // Arrivals of an open load come in the order of their passes, as if there were one lane.
    this.#isOpen = kind === 'open'
    const passOf = (slot: number) => (this.#isOpen || sends(slot) ? 0 : LAST_PASS)
    this.#passOfLane = Int32Array.from({ length: this.#isOpen ? 1 : slots }, (_, slot) => passOf(slot))
    this.#byPass = blockScope === 'global' ? new Map() : undefined
  }

  /** For a slot's next play; its passes never go down. What plays have in common is kept to the end. */
  ofPlay({ lane, pass, commonScope, sharedSystem }: Play): SeenByPlay {
    const system = sharedSystem && { system: this.#systemOf(sharedSystem) }
    if (commonScope === undefined) return { seen: this.#ofPass(this.#isOpen ? 0 : lane, pass), ...system }
    return { seen: new SeenBlocks(), common: this.#inCommon(commonScope), ...system }
  }

  #systemOf({ scope, tokens }: NonNullable<Play['sharedSystem']>): NonNullable<SeenByPlay['system']> {
    const ofRoots = this.#inCommon(`${scope}system`)
    const ofSubagents = this.#inCommon(`${scope}system of subagents`)
    return { ofRoots, ofSubagents, ...(tokens !== undefined && { tokens }) }
  }

  #inCommon(scope: string): CommonBlocks {
    const seen = this.#common.get(scope) ?? new SeenBlocks()
    this.#common.set(scope, seen)
    return { scope, seen }
  }

  #ofPass(lane: number, pass: number): SeenBlocks {
    if (!this.#byPass) return new SeenBlocks()
    if (this.#passOfLane[lane] !== pass) this.#moveOn(lane, pass)
    const seen = this.#byPass.get(pass) ?? new SeenBlocks()
    this.#byPass.set(pass, seen)
    return seen
  }

  #moveOn(lane: number, pass: number): void {
    this.#passOfLane[lane] = pass
    const oldest = this.#passOfLane.reduce((a, b) => Math.min(a, b))
    for (const old of this.#byPass?.keys() ?? []) if (old < oldest) this.#byPass?.delete(old)
  }
}

const LAST_PASS = 2 ** 31 - 1
