import type { BlockDelta } from '../encode-blocks.ts'
import { type Distribution, valueAt } from './distribution.ts'
import type { Random } from './random.ts'
import { type AgentShape, type MeasuredRewrite, openingTurns, type Rewrite } from './shapes.ts'

export interface HistoryOptions {
  readonly shape: AgentShape
  readonly scale: number
  /** Factors on what a turn adds, and on how often a context is compacted. */
  readonly growthScale: number
  readonly compactionScale: number
  /** The length that a prompt of so many drawn tokens has. */
  readonly lengthOf: (drawnTokens: number) => number
  readonly blockSize: number
  readonly toolTokens: number
  readonly systemTokens: number
  /** Of the first prompt, beyond tools and system prompt. */
  readonly firstTokens: number
  /** Ids of a head seen before; its prompt starts with as many of them as fit. */
  readonly headBlocks?: Uint32Array
  /** Ids that the first prompt begins with, the head's included, where it is of so many blocks: what another trace sent before. */
  readonly startBlocks?: (blocks: number) => Uint32Array
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
  /** As drawn; `lengthOf` makes lengths of them. */
  #drawnTokens = 0
  #turns = 0

  constructor(random: Random, options: HistoryOptions) {
    this.#random = random
    this.#options = options
    this.toolTokens = options.toolTokens
    this.systemTokens = options.systemTokens
    const headBlocks = this.#blocksIn(this.#headTokens)
    this.headBlocks = options.headBlocks?.slice(0, headBlocks) ?? options.takeIds(headBlocks)
    this.#limitTokens = this.#headTokens + this.#drawLimit()
  }

  get #headTokens(): number {
    return this.toolTokens + this.systemTokens
  }

  next(): Prompt {
    if (this.#turns === 0) return this.#first()
    const { shape, growthScale } = this.#options
    const drawn = this.#drawnTokens
    const before = this.#blocksIn(this.#options.lengthOf(drawn))
    const growth = this.#draw(this.#turns <= openingTurns ? shape.openingTokens : shape.growthTokens)
    const grown = drawn + (growthScale === 1 ? growth : Math.round(growth * growthScale))
    const rewrite = grown > this.#limitTokens ? compaction : this.#rewrite()
    switch (rewrite?.kind) {
      case undefined:
        return this.#prompt(grown, before)
      case 'identical':
        return this.#prompt(drawn, before)
      case 'last-block':
        return this.#prompt(grown, before - 1)
      case 'mostly-kept':
        return this.#prompt(drawn, Math.floor(before * (0.9 + 0.1 * this.#random())))
      case 'half-kept':
        return this.#prompt(drawn, Math.floor(before * (0.5 + 0.4 * this.#random())))
      case 'head-kept':
        return this.#prompt(drawn, this.headBlocks.length)
      case 'compaction':
        return this.#prompt(this.#compactedTokens(), this.headBlocks.length)
      case 'reset':
        return this.#prompt(this.#headTokens + this.#draw(shape.resetTokens), 0)
      case 'measured': {
        const kept = Math.floor(before * valueAt(rewrite.keptShare, this.#random()))
        return this.#prompt(this.#rewrittenTokens(rewrite), kept)
      }
    }
  }

  #first(): Prompt {
    const drawn = this.#headTokens + this.#options.firstTokens
    const known = this.#options.startBlocks?.(this.#blocksIn(this.#options.lengthOf(drawn))) ?? this.headBlocks
    return this.#prompt(drawn, 0, known.length < this.headBlocks.length ? this.headBlocks : known)
  }

  /** A prompt that keeps up to `kept` blocks, followed by `known` ones and then by new ones. */
  #prompt(drawnTokens: number, kept: number, known: Uint32Array = new Uint32Array(0)): Prompt {
    const inputTokens = this.#options.lengthOf(drawnTokens)
    const blocks = this.#blocksIn(inputTokens)
    const sharedBlocks = Math.max(0, Math.min(kept, blocks))
    const ownBlocks = new Uint32Array(blocks - sharedBlocks)
    ownBlocks.set(known.subarray(0, ownBlocks.length))
    const fresh = Math.max(0, ownBlocks.length - known.length)
    ownBlocks.set(this.#options.takeIds(fresh), ownBlocks.length - fresh)
    this.#drawnTokens = drawnTokens
    this.#turns += 1
    return { inputTokens, sharedBlocks, ownBlocks }
  }

  /** A summary of a tenth to a half of what the head was followed by. */
  #compactedTokens(): number {
    const told = this.#drawnTokens - this.#headTokens
    return this.#headTokens + Math.max(1, Math.round(told * (0.1 + 0.4 * this.#random())))
  }

  /** Behind a tiny prompt the ratio may be large, and several of them beyond any context: no drawn length is longer than the longest known. */
  #rewrittenTokens({ inputRatio }: MeasuredRewrite): number {
    const { shape, scale } = this.#options
    const most = shape.inputTokens ? scale * shape.inputTokens.at(-1)![1] : Number.POSITIVE_INFINITY
    const ratio = valueAt(inputRatio, this.#random())
    return Math.max(1, Math.round(Math.min(this.#drawnTokens * ratio, Math.max(most, this.#drawnTokens))))
  }

  /** How the next prompt departs from growing; `undefined` where it grows. */
  #rewrite(): Rewrite | undefined {
    let left = this.#random()
    for (const rewrite of this.#options.shape.rewrites) {
      const share = compacts(rewrite) ? rewrite.share * this.#options.compactionScale : rewrite.share
      if (left < share) return rewrite
      left -= share
    }
    return undefined
  }

  /** Beyond the head. A conversation that is long already has the room to go on. */
  #drawLimit(): number {
    const { shape, compactionScale, firstTokens } = this.#options
    if (shape.limitTokens === undefined) return Number.POSITIVE_INFINITY
    const limitTokens = this.#draw(shape.limitTokens)
    if (compactionScale === 0) return Number.POSITIVE_INFINITY
    return Math.max(limitTokens / compactionScale, firstTokens * 1.25)
  }

  #blocksIn(tokens: number): number {
    return Math.floor(tokens / this.#options.blockSize)
  }

  #draw(distribution: Distribution): number {
    return Math.max(1, Math.round(valueAt(distribution, this.#random()) * this.#options.scale))
  }
}

const compaction: Rewrite = { kind: 'compaction', share: 0 }

function compacts(rewrite: Rewrite): boolean {
  return rewrite.kind === 'measured' ? rewrite.compacts : rewrite.kind === 'compaction' || rewrite.kind === 'head-kept'
}
