import type { RequestRecord } from '@reprise/replay-engine'

/** A prompt, and how much of it a cache held. */
export interface CachedPrompt {
  readonly inputTokens: number
  readonly hitTokens: number
}

/** By what the server tells; `undefined` where it does not, or the request did not end well. Unknown cached tokens are unknown, not 0. */
export function measuredHits({
  outcome,
  plannedInputTokens,
  inputTokens = plannedInputTokens,
  cachedTokens,
}: RequestRecord): CachedPrompt | undefined {
  return outcome.kind === 'ok' && cachedTokens !== undefined ? { inputTokens, hitTokens: cachedTokens } : undefined
}

/** By what a cache without limit would have held; `undefined` where the request did not end well. */
export function idealHits({ outcome, plannedInputTokens, idealHitTokens }: RequestRecord): CachedPrompt | undefined {
  return outcome.kind === 'ok' ? { inputTokens: plannedInputTokens, hitTokens: idealHitTokens } : undefined
}

/** Prompts added up. */
export class HitTally {
  #known = 0
  #inputTokens = 0
  #hitTokens = 0

  /** `undefined`: one of which it is not known. */
  add(prompt: CachedPrompt | undefined): void {
    if (!prompt) return
    this.#known += 1
    this.#inputTokens += prompt.inputTokens
    this.#hitTokens += prompt.hitTokens
  }

  addAll(other: HitTally): void {
    this.#known += other.#known
    this.#inputTokens += other.#inputTokens
    this.#hitTokens += other.#hitTokens
  }

  /** Prompts of which it is known. */
  get known(): number {
    return this.#known
  }

  /** Share of the prompt tokens that a cache held. */
  get rate(): number | undefined {
    return this.#inputTokens > 0 ? this.#hitTokens / this.#inputTokens : undefined
  }
}
