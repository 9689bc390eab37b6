import type { RequestRecord } from '@reprise/replay-engine'
import type { IgnoredUsage } from '../result/result.ts'

/** Counts the replies that ended well and came with token counts that cannot be. */
export class IgnoredUsageMeter {
  #requests = 0
  readonly #reasons = new Map<string, number>()

  add({ outcome, ignoredUsage }: RequestRecord): void {
    if (outcome.kind !== 'ok' || !ignoredUsage) return
    this.#requests += 1
    for (const reason of ignoredUsage) this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
  }

  /** Undefined where there was none. */
  result(): IgnoredUsage | undefined {
    if (this.#requests === 0) return undefined
    return {
      requests: this.#requests,
      reasons: Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
}
