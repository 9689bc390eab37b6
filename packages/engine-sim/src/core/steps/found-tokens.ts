/** Where the tokens of one prompt were found. */
export interface Found {
  readonly queriedTokens: number
  readonly hitTokens: number
  readonly hostHitTokens: number
  readonly diskHitTokens: number
  readonly recomputedTokens: number
}

/** Prompt tokens that were looked up, where they were found, and which had been there once. */
export class FoundTokens {
  #sum: Found = { queriedTokens: 0, hitTokens: 0, hostHitTokens: 0, diskHitTokens: 0, recomputedTokens: 0 }

  get tokens(): Found {
    return this.#sum
  }

  add(found: Found): void {
    const sum = this.#sum
    this.#sum = {
      queriedTokens: sum.queriedTokens + found.queriedTokens,
      hitTokens: sum.hitTokens + found.hitTokens,
      hostHitTokens: sum.hostHitTokens + found.hostHitTokens,
      diskHitTokens: sum.diskHitTokens + found.diskHitTokens,
      recomputedTokens: sum.recomputedTokens + found.recomputedTokens,
    }
  }
}
