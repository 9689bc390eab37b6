import type { SchedulerConfig } from '../engine-config.ts'
import { forgottenBlocks } from '../steps/forgotten-blocks.ts'
import type { KeySet } from '../steps/key-set.ts'
import type { VllmSequence } from './vllm-sequence.ts'

/** Prompt tokens of admitted requests that were looked up, and where they were found; those resumed after a preemption do not count. */
export class HitCount {
  readonly #looksUp: boolean
  readonly #blockSize: number
  readonly #forgotten: KeySet
  #queriedTokens = 0
  #hitTokens = 0
  #hostHitTokens = 0
  #diskHitTokens = 0
  #recomputedTokens = 0

  /** `forgotten`: what was evicted. */
  constructor(
    { enablePrefixCaching, blockSize }: Pick<SchedulerConfig, 'enablePrefixCaching' | 'blockSize'>,
    forgotten: KeySet,
  ) {
    this.#looksUp = enablePrefixCaching
    this.#blockSize = blockSize
    this.#forgotten = forgotten
  }

  get tokens() {
    return {
      queriedTokens: this.#queriedTokens,
      hitTokens: this.#hitTokens,
      hostHitTokens: this.#hostHitTokens,
      diskHitTokens: this.#diskHitTokens,
      recomputedTokens: this.#recomputedTokens,
    }
  }

  /** Of a sequence that is admitted, with what was found as computed. */
  count(sequence: VllmSequence): void {
    if (sequence.cachedTokens !== undefined) return
    const { computed, hostTokens, diskTokens } = sequence
    sequence.cachedTokens = computed
    if (!this.#looksUp || sequence.request.skipsCache) return
    this.#queriedTokens += sequence.tokens
    this.#hitTokens += computed - hostTokens - diskTokens
    this.#hostHitTokens += hostTokens
    this.#diskHitTokens += diskTokens
    const { request } = sequence
    const blockSize = this.#blockSize
    const lost = forgottenBlocks(request, { from: computed / blockSize, blockSize, forgotten: this.#forgotten })
    sequence.recomputedTokens = lost * blockSize
    this.#recomputedTokens += sequence.recomputedTokens
  }
}
