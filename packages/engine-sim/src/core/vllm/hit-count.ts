import type { VllmSequence } from './vllm-sequence.ts'

/** Prompt tokens of admitted requests that were looked up, and where they were found; those resumed after a preemption do not count. */
export class HitCount {
  readonly #looksUp: boolean
  #queriedTokens = 0
  #hitTokens = 0
  #hostHitTokens = 0
  #diskHitTokens = 0

  constructor(looksUp: boolean) {
    this.#looksUp = looksUp
  }

  get tokens() {
    return {
      queriedTokens: this.#queriedTokens,
      hitTokens: this.#hitTokens,
      hostHitTokens: this.#hostHitTokens,
      diskHitTokens: this.#diskHitTokens,
    }
  }

  /** Of a sequence that is admitted, with what was found as computed. */
  count(sequence: VllmSequence): void {
    if (sequence.cachedTokens !== undefined) return
    const { computed, hostTokens, diskTokens } = sequence
    sequence.cachedTokens = computed
    if (!this.#looksUp) return
    this.#queriedTokens += sequence.tokens
    this.#hitTokens += computed - hostTokens - diskTokens
    this.#hostHitTokens += hostTokens
    this.#diskHitTokens += diskTokens
  }
}
