import type { BlockDelta } from '../encode-blocks.ts'
import { agentShapes, openingTurns, rewrites } from './agent-shapes.ts'
import { type Distribution, valueAt } from './distribution.ts'
import type { Random } from './random.ts'

export interface HistoryOptions {
  readonly scale: number
  readonly blockSize: number
  readonly toolTokens: number
  readonly systemTokens: number
  /** Of the first prompt, beyond tools and system prompt. */
  readonly firstTokens: number
  /** Ids of a head seen before; its prompt starts with as many of them as fit. */
  readonly headBlocks?: Uint32Array
  /** Hands out that many ids that no prompt of the trace has. */
  readonly takeIds: (count: number) => Uint32Array
}

/** A prompt and its difference to the one before. */
export interface Prompt extends BlockDelta {
  readonly inputTokens: number
}

/** The growing prompt of one session: mostly longer from turn to turn, now and then rewritten or compacted. */
export class PromptHistory {
  readonly toolTokens: number
  readonly systemTokens: number
  /** Ids of the full blocks of tools and system prompt. */
  readonly headBlocks: Uint32Array
  readonly #random: Random
  readonly #options: HistoryOptions
  readonly #limitTokens: number
  #inputTokens = 0
  #turns = 0

  constructor(random: Random, options: HistoryOptions) {
    this.#random = random
    this.#options = options
    this.toolTokens = options.toolTokens
    this.systemTokens = options.systemTokens
    const headBlocks = this.#blocksIn(this.#headTokens)
    this.headBlocks = options.headBlocks?.slice(0, headBlocks) ?? options.takeIds(headBlocks)
    // A conversation that is long already has the room to go on.
    const limitTokens = Math.max(this.#draw(agentShapes.limitTokens), options.firstTokens * 1.25)
    this.#limitTokens = this.#headTokens + limitTokens
  }

  get #headTokens(): number {
    return this.toolTokens + this.systemTokens
  }

  next(): Prompt {
    if (this.#inputTokens === 0) return this.#first()
    const before = this.#blocksIn(this.#inputTokens)
    const growth = this.#turns <= openingTurns ? agentShapes.openingTokens : agentShapes.growthTokens
    const grownTokens = this.#inputTokens + this.#draw(growth)
    switch (grownTokens > this.#limitTokens ? 'compaction' : this.#rewrite()) {
      case 'growth':
        return this.#prompt(grownTokens, before)
      case 'identical':
        return this.#prompt(this.#inputTokens, before)
      case 'last-block':
        return this.#prompt(grownTokens, before - 1)
      case 'mostly-kept':
        return this.#prompt(this.#inputTokens, Math.floor(before * (0.9 + 0.1 * this.#random())))
      case 'half-kept':
        return this.#prompt(this.#inputTokens, Math.floor(before * (0.5 + 0.4 * this.#random())))
      case 'head-kept':
        return this.#prompt(this.#inputTokens, this.headBlocks.length)
      case 'compaction':
        return this.#prompt(this.#compactedTokens(), this.headBlocks.length)
      case 'reset':
        return this.#prompt(this.#headTokens + this.#draw(agentShapes.taskTokens), 0)
    }
  }

  #first(): Prompt {
    return this.#prompt(this.#headTokens + this.#options.firstTokens, 0, this.headBlocks)
  }

  /** A prompt that keeps up to `kept` blocks, followed by `known` ones and then by new ones. */
  #prompt(inputTokens: number, kept: number, known: Uint32Array = new Uint32Array(0)): Prompt {
    const blocks = this.#blocksIn(inputTokens)
    const sharedBlocks = Math.max(0, Math.min(kept, blocks))
    const ownBlocks = new Uint32Array(blocks - sharedBlocks)
    ownBlocks.set(known.subarray(0, ownBlocks.length))
    const fresh = Math.max(0, ownBlocks.length - known.length)
    ownBlocks.set(this.#options.takeIds(fresh), ownBlocks.length - fresh)
    this.#inputTokens = inputTokens
    this.#turns += 1
    return { inputTokens, sharedBlocks, ownBlocks }
  }

  /** A summary of a tenth to a half of what the head was followed by. */
  #compactedTokens(): number {
    const told = this.#inputTokens - this.#headTokens
    return this.#headTokens + Math.max(1, Math.round(told * (0.1 + 0.4 * this.#random())))
  }

  #rewrite(): (typeof rewrites)[number]['kind'] | 'growth' {
    let left = this.#random()
    for (const { kind, share } of rewrites) {
      if (left < share) return kind
      left -= share
    }
    return 'growth'
  }

  #blocksIn(tokens: number): number {
    return Math.floor(tokens / this.#options.blockSize)
  }

  #draw(distribution: Distribution): number {
    return Math.max(1, Math.round(valueAt(distribution, this.#random()) * this.#options.scale))
  }
}
