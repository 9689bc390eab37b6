import type { Admission } from './admission.ts'
import type { BlockTables } from './block-tables.ts'
import type { CachedPrefix } from './cached-prefix.ts'
import type { HitCount } from './hit-count.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface RemotePromptsParts {
  readonly tables: BlockTables
  readonly cached: CachedPrefix
  readonly hits: HitCount
  readonly admission: Admission
}

/**
 * Sequences that have blocks for their whole prompt and wait for another engine to send it.
 *
 * Source: requests that wait for remote KV in vLLM's V1 scheduler: blocks are allocated first, and the last token of what has come is computed
 * again, so that there is something to sample from.
 */
export class RemotePrompts {
  readonly #parts: RemotePromptsParts
  readonly #expected = new Set<VllmSequence>()
  /** In order of arrival. They have all blocks that they need, so that nobody who lacks some keeps them waiting. */
  readonly #arrived: VllmSequence[] = []

  constructor(parts: RemotePromptsParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#expected.size + this.#arrived.length
  }

  /** Finds blocks for the whole prompt of a sequence. Whether there are so many. */
  reserve(sequence: VllmSequence): boolean {
    const { tables, cached, hits, admission } = this.#parts
    cached.find(sequence)
    if (!admission.fits(sequence, sequence.tokens)) return false
    cached.give(sequence)
    hits.count(sequence)
    tables.take(sequence, tables.blocksFor(sequence.tokens) - sequence.blockCount)
    this.#expected.add(sequence)
    return true
  }

  /** The first of those whose prompt has come. */
  get head(): VllmSequence | undefined {
    return this.#arrived[0]
  }

  removeHead(): void {
    this.#arrived.shift()
  }

  /** False for a sequence that does not wait here. */
  forget(sequence: VllmSequence): boolean {
    const at = this.#arrived.indexOf(sequence)
    if (at >= 0) this.#arrived.splice(at, 1)
    return this.#expected.delete(sequence) || at >= 0
  }

  /** The prompt of a sequence has come; nothing happens where it was not expected. */
  arrive(sequence: VllmSequence): void {
    if (!this.#expected.delete(sequence)) return
    sequence.computed = sequence.tokens - 1
    sequence.isRemote = false
    this.#parts.tables.keyFull(sequence, sequence.tokens)
    this.#arrived.push(sequence)
  }
}
