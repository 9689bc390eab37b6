import type { RequestRecord } from '@reprise/replay-engine'

/** Numbers the plays of a run from 0, in the order in which they come up. */
export class PlayNumbers {
  /** By lane, then by play. */
  readonly #numbers = new Map<number, Map<number, number>>()
  #count = 0

  of({ lane, play }: Pick<RequestRecord, 'lane' | 'play'>): number {
    const plays = this.#numbers.get(lane) ?? new Map<number, number>()
    if (plays.size === 0) this.#numbers.set(lane, plays)
    const known = plays.get(play)
    if (known !== undefined) return known
    plays.set(play, this.#count)
    this.#count += 1
    return this.#count - 1
  }
}
