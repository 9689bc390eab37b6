import { forgottenBlocks } from '../steps/forgotten-blocks.ts'
import { type Found, FoundTokens } from '../steps/found-tokens.ts'
import type { KvPages } from './kv-pages.ts'
import type { SglangSequence } from './sglang-sequence.ts'
import { tiersOf } from './tiers-of.ts'

/** What of prompts was found cached when they were admitted for the first time, and what had been there once. */
export class PrefixHits {
  readonly #pages: KvPages
  readonly #found = new FoundTokens()

  constructor(pages: KvPages) {
    this.#pages = pages
  }

  get tokens(): Found {
    return this.#found.tokens
  }

  count(sequence: SglangSequence): void {
    sequence.cachedTokens = sequence.prefixTokens
    if (!this.#pages.cachesPrefixes) return
    const { device, host, storage } = tiersOf(sequence)
    sequence.hostTokens = host
    sequence.diskTokens = storage
    const { pageSize, tree } = this.#pages
    const from = sequence.prefixTokens / pageSize
    const lost = forgottenBlocks(sequence.request, { from, blockSize: pageSize, forgotten: tree.forgotten })
    sequence.recomputedTokens = lost * pageSize
    this.#found.add({
      queriedTokens: sequence.request.promptTokens,
      hitTokens: device,
      hostHitTokens: host,
      diskHitTokens: storage,
      recomputedTokens: sequence.recomputedTokens,
    })
  }
}
