import type { RequestRecord } from '@reprise/replay-engine'

/** When each play of a lane had it: from the instant at which its first request was due to that of the next play's; the first had it from the start, the last has it to the end. */
export class PlayTimes {
  /** By lane and play: when the first request was due. */
  readonly #starts = new Map<number, Map<number, number>>()

  /** Of any phase. */
  add({ lane, play, dueMs }: RequestRecord): void {
    const starts = this.#starts.get(lane) ?? new Map<number, number>()
    if (starts.size === 0) this.#starts.set(lane, starts)
    if (dueMs < (starts.get(play) ?? Infinity)) starts.set(play, dueMs)
  }

  /** In no particular order. */
  *spans(): Generator<{
    readonly lane: number
    readonly play: number
    readonly startMs: number
    readonly endMs: number
  }> {
    for (const [lane, starts] of this.#starts) {
      const plays = [...starts].sort(([one, at], [other, otherAt]) => at - otherAt || one - other)
      for (const [i, [play, startMs]] of plays.entries()) {
        yield { lane, play, startMs: i === 0 ? -Infinity : startMs, endMs: plays[i + 1]?.[1] ?? Infinity }
      }
    }
  }
}
