import type { SglangSequence } from './sglang-sequence.ts'

/** Output tokens that each request is given beyond what it has, where the ratio is estimated anew. */
const retractSteps = 20

export interface NewTokenRatioConfig {
  readonly initial: number
  readonly least: number
  /** By how much it falls with each decode step. */
  readonly decay: number
}

/**
 * Which share of the output that running requests may still have is reserved when another is admitted.
 *
 * Source: `NewTokenRatioTracker` of SGLang 0.5.23.
 */
export class NewTokenRatio {
  readonly #config: NewTokenRatioConfig
  #current: number

  constructor(config: NewTokenRatioConfig) {
    this.#config = config
    this.#current = config.initial
  }

  get current(): number {
    return this.#current
  }

  /** A decode step that retracted nobody. */
  decay(): void {
    this.#current = Math.max(this.#current - this.#config.decay, this.#config.least)
  }

  /** Nothing is left to do. */
  reset(): void {
    this.#current = this.#config.initial
  }

  /** Some were retracted; these are left. */
  estimate(left: readonly SglangSequence[]): void {
    const generated = left.reduce((sum, each) => sum + each.generated, 0)
    const most = left.reduce((sum, each) => sum + each.maxTokens, 0)
    this.#current = Math.min(1, (generated + retractSteps * left.length) / (most + 1))
  }
}
