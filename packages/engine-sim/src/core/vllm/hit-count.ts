import type { SchedulerConfig } from '../engine-config.ts'
import { forgottenBlocks } from '../steps/forgotten-blocks.ts'
import { type Found, FoundTokens } from '../steps/found-tokens.ts'
import type { KeySet } from '../steps/key-set.ts'
import type { VllmSequence } from './vllm-sequence.ts'

/** Prompt tokens of admitted requests that were looked up, and where they were found; those resumed after a preemption do not count. */
export class HitCount {
  readonly #looksUp: boolean
  readonly #blockSize: number
  readonly #forgotten: KeySet
  readonly #found = new FoundTokens()

  /** `forgotten`: what was evicted. */
  constructor(
    { enablePrefixCaching, blockSize }: Pick<SchedulerConfig, 'enablePrefixCaching' | 'blockSize'>,
    forgotten: KeySet,
  ) {
    this.#looksUp = enablePrefixCaching
    this.#blockSize = blockSize
    this.#forgotten = forgotten
  }

  get tokens(): Found {
    return this.#found.tokens
  }

  /** Of a sequence that is admitted, with what was found as computed. */
  count(sequence: VllmSequence): void {
    if (sequence.cachedTokens !== undefined) return
    const { computed, hostTokens, diskTokens } = sequence
    sequence.cachedTokens = computed
    if (!this.#looksUp || sequence.request.skipsCache) return
    const { request } = sequence
    const blockSize = this.#blockSize
    const lost = forgottenBlocks(request, { from: computed / blockSize, blockSize, forgotten: this.#forgotten })
    sequence.recomputedTokens = lost * blockSize
    this.#found.add({
      queriedTokens: sequence.tokens,
      hitTokens: computed - hostTokens - diskTokens,
      hostHitTokens: hostTokens,
      diskHitTokens: diskTokens,
      recomputedTokens: sequence.recomputedTokens,
    })
  }
}
