import type { RequestRecord } from '@reprise/replay-engine'
import type { CacheSources } from '../result/cache-sources.ts'
import { measuredHits } from './cached-prompt.ts'

/** Where the prompt tokens came from of the requests that ended well, where the server tells what it found. */
export class CacheSourceMeter {
  readonly #tokens = { promptTokens: 0, deviceTokens: 0, hostTokens: 0, diskTokens: 0, recomputedTokens: 0 }

  add(record: RequestRecord): void {
    const found = measuredHits(record)
    if (!found) return
    const { hostTokens = 0, diskTokens = 0, recomputedTokens = 0 } = record
    this.#tokens.promptTokens += found.inputTokens
    this.#tokens.deviceTokens += Math.max(0, found.hitTokens - hostTokens - diskTokens)
    this.#tokens.hostTokens += hostTokens
    this.#tokens.diskTokens += diskTokens
    this.#tokens.recomputedTokens += recomputedTokens
  }

  /** Nothing where no request told more than how much was found. */
  result(): CacheSources | undefined {
    const { hostTokens, diskTokens, recomputedTokens } = this.#tokens
    return hostTokens + diskTokens + recomputedTokens > 0 ? { ...this.#tokens } : undefined
  }
}
