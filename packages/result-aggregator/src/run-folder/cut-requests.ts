import type { RequestRecord } from '@reprise/replay-engine'

/**
 * Finds the requests that a break cut short and a later attempt sent again, so that no turn counts twice. Is told all records first,
 * in the order in which they were written, and then asked about each.
 */
export class CutRequests {
  /** By id: the attempt in which it was cancelled last. */
  readonly #cancelled = new Map<string, number>()
  readonly #cut = new Set<string>()

  add({ id, attempt, outcome }: RequestRecord): void {
    const before = this.#cancelled.get(id)
    if (before !== undefined && before < attempt) this.#cut.add(keyOf({ id, attempt: before }))
    if (outcome.kind === 'cancelled') this.#cancelled.set(id, attempt)
  }

  get count(): number {
    return this.#cut.size
  }

  has(record: RequestRecord): boolean {
    return record.outcome.kind === 'cancelled' && this.#cut.has(keyOf(record))
  }
}

function keyOf({ id, attempt }: Pick<RequestRecord, 'id' | 'attempt'>): string {
  return `${id} ${attempt}`
}
