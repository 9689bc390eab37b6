import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** Output tokens that each request is given beyond what it has, where the ratio is estimated anew. */
const retractSteps = 20

/** By `newTokenRatioDecay` it falls with each decode step. */
type RatioConfig = Pick<SglangSchedulerConfig, 'initNewTokenRatio' | 'minNewTokenRatio' | 'newTokenRatioDecay'>

/**
 * Which share of the output that running requests may still have is reserved when another is admitted.
 *
 * Source: `NewTokenRatioTracker` of SGLang 0.5.23.
 */
export class NewTokenRatio {
  readonly #config: RatioConfig
  #current: number

  constructor(config: RatioConfig) {
    this.#config = config
    this.#current = config.initNewTokenRatio
  }

  get current(): number {
    return this.#current
  }

  /** A decode step that retracted nobody. */
  decay(): void {
    this.#current = Math.max(this.#current - this.#config.newTokenRatioDecay, this.#config.minNewTokenRatio)
  }

  /** Nothing is left to do. */
  reset(): void {
    this.#current = this.#config.initNewTokenRatio
  }

  /** Some were retracted; these are left. */
  estimate(left: readonly SglangSequence[]): void {
    const generated = left.reduce((sum, each) => sum + each.generated, 0)
    const most = left.reduce((sum, each) => sum + each.maxTokens, 0)
    this.#current = Math.min(1, (generated + retractSteps * left.length) / (most + 1))
  }
}
