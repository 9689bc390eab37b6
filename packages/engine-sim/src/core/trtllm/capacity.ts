import type { TrtllmSchedulerConfig } from '../engine-config.ts'
import type { BlockPool } from '../vllm/block-pool.ts'
import type { BlockTables } from '../vllm/block-tables.ts'
import type { CachedPrefix } from '../vllm/cached-prefix.ts'
import type { VllmSequence } from '../vllm/vllm-sequence.ts'

interface CapacityParts {
  readonly pool: BlockPool
  readonly tables: BlockTables
  /** Of the sequence that was looked at last. */
  readonly cached: CachedPrefix
  readonly config: TrtllmSchedulerConfig
  /** Those that have begun. */
  readonly running: readonly VllmSequence[]
  /** Of those, the ones of whose prompt some is not computed. */
  readonly prompts: ReadonlySet<VllmSequence>
}

/** `comes-later`: what it could find is being computed. */
export type Verdict = 'fits' | 'no-memory' | 'comes-later'

/**
 * Whether there is memory for a sequence that waits: for all that it may ever need, beside all that those that have begun may, or for its prompt alone.
 *
 * Source: `GuaranteedNoEvictScheduler`, `MaxUtilizationScheduler` and `beneficialToSkip` of `capacityScheduler.cpp`.
 */
export class Capacity {
  readonly #parts: CapacityParts
  /** Blocks that are free and that nobody who was looked at in this step may need. */
  #spareBlocks = 0
  /** Keys of the first blocks that prompts under way will leave to others. */
  #toCome = new Set<number>()
  /** The one that did not fit, and what has to have happened before it is worth another look. */
  #blocked: { readonly sequence: VllmSequence; readonly reliefs: number; readonly ends: number } | undefined
  #ends = 0

  constructor(parts: CapacityParts) {
    this.#parts = parts
  }

  /** Those that have begun have what they need now; who is looked at from here on shares what is left. */
  startStep(): void {
    const { pool, tables, running, prompts } = this.#parts
    this.#toCome = new Set()
    let spare = pool.freeBlocks
    for (const sequence of running) {
      if (this.#reserves) spare -= tables.blocksFor(this.#mostTokens(sequence)) - sequence.blockCount
      if (prompts.has(sequence)) this.#willLeave(sequence, sequence.keyedBlocks)
    }
    this.#spareBlocks = spare
  }

  /** Of the next in order of arrival. What it needs is spoken for when it fits. */
  look(sequence: VllmSequence): Verdict {
    const { pool, tables, cached } = this.#parts
    const { reliefs } = pool
    const blocked = this.#blocked
    const isFirst = this.#toCome.size === 0
    if (blocked?.sequence === sequence && isFirst && blocked.reliefs === reliefs && blocked.ends === this.#ends)
      return 'no-memory'
    cached.find(sequence)
    if (!this.#willLeave(sequence, cached.count)) return 'comes-later'
    const tokens = this.#reserves ? this.#mostTokens(sequence) : sequence.tokens
    // Blocks that are found and that nobody holds are among the free ones.
    const needed = tables.blocksFor(tokens) - (cached.count - cached.freeCount)
    if (needed > this.#spareBlocks) {
      this.#blocked = { sequence, reliefs, ends: this.#ends }
      return 'no-memory'
    }
    this.#spareBlocks -= needed
    return 'fits'
  }

  /** A sequence has ended, and reserves nothing any more. */
  ended(): void {
    this.#ends += 1
  }

  get #reserves(): boolean {
    return this.#parts.config.capacitySchedulerPolicy === 'GUARANTEED_NO_EVICT'
  }

  #mostTokens({ request: { promptTokens }, lengthLimit }: VllmSequence): number {
    return Math.min(promptTokens + lengthLimit, this.#parts.config.maxModelLen)
  }

  /** Notes the first full block of a prompt that the cache does not have, after so many that it has. False where somebody before it computes that very block. */
  #willLeave(sequence: VllmSequence, found: number): boolean {
    const { blockSize, enablePrefixCaching } = this.#parts.config
    if (!enablePrefixCaching || (found + 1) * blockSize > sequence.request.promptTokens) return true
    const key = sequence.keys.of(found)
    if (this.#toCome.has(key)) return false
    this.#toCome.add(key)
    return true
  }
}
