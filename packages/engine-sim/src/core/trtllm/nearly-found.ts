import type { TrtllmSchedulerConfig } from '../engine-config.ts'
import type { BlockPool } from '../vllm/block-pool.ts'
import type { VllmSequence } from '../vllm/vllm-sequence.ts'

/**
 * Of those that wait, the ones that may be found in the cache but for less than a block: they alone can begin where a step has fewer tokens left than a
 * block, which is what most steps of long prompts end with. So nobody has to be looked at then.
 */
export class NearlyFound {
  readonly #pool: BlockPool
  readonly #config: TrtllmSchedulerConfig
  /** By the key of the last block that would have to be found. */
  readonly #waiting = new Map<number, Set<VllmSequence>>()
  /** Of those, the ones whose block was there once; and those that have less than a block. */
  readonly #found = new Set<VllmSequence>()

  constructor(pool: BlockPool, config: TrtllmSchedulerConfig) {
    this.#pool = pool
    this.#config = config
  }

  /** It waits from now on. */
  add(sequence: VllmSequence): void {
    const key = this.#keyOf(sequence)
    if (key === undefined) {
      if (this.#wholeBlocks(sequence) === 0) this.#found.add(sequence)
      return
    }
    const same = this.#waiting.get(key)
    if (same) same.add(sequence)
    else this.#waiting.set(key, new Set([sequence]))
    if (this.#pool.find(sequence.keys, this.#wholeBlocks(sequence) - 1)) this.#found.add(sequence)
  }

  /** It waits no more. */
  delete(sequence: VllmSequence): void {
    this.#found.delete(sequence)
    const key = this.#keyOf(sequence)
    const same = key === undefined ? undefined : this.#waiting.get(key)
    same?.delete(sequence)
    if (same?.size === 0) this.#waiting.delete(key!)
  }

  /** The cache has a block from now on. */
  keyed(key: number): void {
    for (const sequence of this.#waiting.get(key) ?? []) this.#found.add(sequence)
  }

  /** Whether somebody may want no more than so many tokens, which are fewer than a block. */
  mayWant(tokens: number): boolean {
    for (const sequence of this.#found)
      if (sequence.tokens - this.#wholeBlocks(sequence) * this.#config.blockSize <= tokens) return true
    return false
  }

  /** Blocks of it that can be found: the last token is always computed. */
  #wholeBlocks({ tokens }: VllmSequence): number {
    return Math.floor((tokens - 1) / this.#config.blockSize)
  }

  /** Undefined where nothing of it can be found. */
  #keyOf(sequence: VllmSequence): number | undefined {
    const blocks = this.#wholeBlocks(sequence)
    if (blocks === 0 || !this.#config.enablePrefixCaching || sequence.request.skipsCache) return undefined
    return sequence.keys.of(blocks - 1)
  }
}
