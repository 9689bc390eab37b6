import type { RequestRecord } from '@reprise/replay-engine'

/** A reply that came sooner than this may repeat another by chance. */
const leastMs = 1
/** Instants are kept to the microsecond and finer; two sums of them may differ in what lies below. */
const perMs = 1_000

export interface Repeats {
  /** Replies that were long enough to be told apart. */
  readonly of: number
  /** Those with the latencies of another one, to the microsecond. */
  readonly repeated: number
  /** One of them. */
  readonly example?: string
}

/** Counts replies whose time to the first token and time from there to the last are those of another reply. Keeps a number for each. */
export class RepeatMeter {
  readonly #known = new Set<number>()
  #of = 0
  #repeated = 0
  #example: string | undefined

  add({ id, outcome, sentMs, firstTokenMs, lastTokenMs }: RequestRecord): void {
    if (outcome.kind !== 'ok' || sentMs === undefined || firstTokenMs === undefined || lastTokenMs === undefined) return
    const [waitMs, streamMs] = [firstTokenMs - sentMs, lastTokenMs - firstTokenMs]
    if (waitMs < leastMs || streamMs < leastMs) return
    this.#of += 1
    const key = pairKey(Math.round(waitMs * perMs), Math.round(streamMs * perMs))
    if (this.#known.has(key)) {
      this.#repeated += 1
      this.#example ??= id
    } else {
      this.#known.add(key)
    }
  }

  result(): Repeats {
    return {
      of: this.#of,
      repeated: this.#repeated,
      ...(this.#example !== undefined && { example: this.#example }),
    }
  }
}

/** One number for two: those of ten million replies are alike by chance in one of a hundred runs. */
function pairKey(one: number, other: number): number {
  return (one * 2_654_435_761 + other * 40_503) % Number.MAX_SAFE_INTEGER
}
