import type { RequestRecord } from '@reprise/replay-engine'
import type { ArrivalCounts } from '../result/arrival-counts.ts'
import { dispatchDelay } from './dispatch-delay.ts'

/** Counts the arrivals of an open load by their first requests, each of which has a record if it was due. */
export class ArrivalMeter {
  readonly #planned: number
  readonly #lateMs: number
  #sent = 0
  #late = 0
  #unsent = 0

  /** `lateMs`: more is late. */
  constructor({ planned, lateMs }: { readonly planned: number; readonly lateMs: number }) {
    this.#planned = planned
    this.#lateMs = lateMs
  }

  add(record: RequestRecord): void {
    // The first request of an arrival is the first turn of its root.
    if (!record.id.endsWith('.0.0.0')) return
    const delayMs = dispatchDelay(record)
    if (delayMs === undefined) this.#unsent += record.outcome.kind === 'cancelled' ? 1 : 0
    else this.#sent += 1
    if (delayMs !== undefined && delayMs > this.#lateMs) this.#late += 1
  }

  result(): ArrivalCounts {
    return { planned: this.#planned, sent: this.#sent, late: this.#late, unsent: this.#unsent }
  }
}
