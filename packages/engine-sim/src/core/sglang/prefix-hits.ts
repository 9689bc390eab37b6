import { forgottenBlocks } from '../steps/forgotten-blocks.ts'
import type { KvPages } from './kv-pages.ts'
import type { SglangSequence } from './sglang-sequence.ts'
import { tiersOf } from './tiers-of.ts'

/** What of prompts was found cached when they were admitted for the first time, and what had been there once. */
export class PrefixHits {
  readonly #pages: KvPages
  #queriedTokens = 0
  #hitTokens = 0
  #hostHitTokens = 0
  #diskHitTokens = 0
  #recomputedTokens = 0

  constructor(pages: KvPages) {
    this.#pages = pages
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

  count(sequence: SglangSequence): void {
    sequence.cachedTokens = sequence.prefixTokens
    if (!this.#pages.cachesPrefixes) return
    const { device, host, storage } = tiersOf(sequence)
    sequence.hostTokens = host
    sequence.diskTokens = storage
    this.#queriedTokens += sequence.request.promptTokens
    this.#hitTokens += device
    this.#hostHitTokens += host
    this.#diskHitTokens += storage
    const { pageSize, tree } = this.#pages
    const from = sequence.prefixTokens / pageSize
    const lost = forgottenBlocks(sequence.request, { from, blockSize: pageSize, forgotten: tree.forgotten })
    sequence.recomputedTokens = lost * pageSize
    this.#recomputedTokens += sequence.recomputedTokens
  }
}
