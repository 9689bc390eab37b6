import type { RequestRecord } from '@reprise/replay-engine'

/** Numbers the plays of a run from 0, in the order in which they come up. */
export class PlayNumbers {
  readonly #numbers = new Map<number, number>()

  of({ lane, play }: Pick<RequestRecord, 'lane' | 'play'>): number {
    const key = lane * PLAYS_OF_A_LANE + play
    const number = this.#numbers.get(key) ?? this.#numbers.size
    this.#numbers.set(key, number)
    return number
  }
}

/** More than any lane plays, and few enough for the key to stay a whole number. */
const PLAYS_OF_A_LANE = 2 ** 26
