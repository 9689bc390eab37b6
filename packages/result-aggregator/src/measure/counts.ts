import type { FailureClass, Phase, RequestRecord } from '@reprise/replay-engine'
import { effectiveNumber } from '../interval/effective-number.ts'
import type { Counts, OutcomeCounts } from '../result/result.ts'
import { PlayNumbers } from './play-numbers.ts'

/** Counts requests by phase and outcome; nothing that was planned and due is dropped. */
export class CountMeter {
  readonly #byPhase: Record<Phase, OutcomeCounts> = { warmup: none(), profiling: none(), drain: none() }
  readonly #failures = new Map<FailureClass, number>()
  readonly #numbers = new PlayNumbers()
  /** By the number of the play: requests that ended well. */
  readonly #plays: number[] = []
  #refusedAsTooLong = 0
  #resent = 0

  add(record: RequestRecord): void {
    const counts = this.#byPhase[record.phase]
    counts.requests += 1
    counts[record.outcome.kind] += 1
    if (record.phase !== 'profiling') return
    const play = this.#numbers.of(record)
    this.#plays[play] = (this.#plays[play] ?? 0) + (record.outcome.kind === 'ok' ? 1 : 0)
    if (record.resent) this.#resent += 1
    if (record.outcome.kind === 'truncated' && record.sentMs !== undefined) this.#refusedAsTooLong += 1
    if (record.outcome.kind === 'failed') {
      const name = record.outcome.class
      this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
    }
  }

  result(leftOutTraces: number): Counts {
    const { warmup, profiling, drain } = this.#byPhase
    const effectivePlays = effectiveNumber(this.#plays)
    return {
      ...profiling,
      failures: Object.fromEntries([...this.#failures].sort(([a], [b]) => (a < b ? -1 : 1))),
      refusedAsTooLong: this.#refusedAsTooLong,
      resent: this.#resent,
      plays: this.#plays.length,
      ...(effectivePlays !== undefined && { effectivePlays }),
      warmup,
      ...(drain.requests > 0 && { drain }),
      leftOutTraces,
    }
  }
}

function none(): OutcomeCounts {
  return { requests: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
}
