import type { RequestRecord } from '@reprise/replay-engine'
import type { CacheHit } from '../result/result.ts'

/** Token-weighted hit rates over the profiling requests that ended well. Unknown cached tokens are unknown, not 0. */
export class CacheHitMeter {
  #requests = 0
  #plannedTokens = 0
  #idealTokens = 0
  #known = 0
  #knownInputTokens = 0
  #cachedTokens = 0

  add(record: RequestRecord): void {
    if (record.outcome.kind !== 'ok') return
    this.#requests += 1
    this.#plannedTokens += record.plannedInputTokens
    this.#idealTokens += record.idealHitTokens
    if (record.cachedTokens === undefined) return
    this.#known += 1
    this.#knownInputTokens += record.inputTokens ?? record.plannedInputTokens
    this.#cachedTokens += record.cachedTokens
  }

  result(): CacheHit {
    return {
      ...(this.#knownInputTokens > 0 && { measured: this.#cachedTokens / this.#knownInputTokens }),
      ...(this.#plannedTokens > 0 && { ideal: this.#idealTokens / this.#plannedTokens }),
      knownRequests: this.#known,
      requests: this.#requests,
    }
  }
}
