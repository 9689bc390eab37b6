import type { SampleLine } from './sample-line.ts'
import { restoreValue } from './stored-value.ts'

/** A series whose value a page changes, or has for the first time. */
export interface SeriesChange {
  /** Of the series, from 0 in the order in which they were first seen. */
  readonly number: number
  /** As `renderSeriesKey` gives it. */
  readonly key: string
  /** Absent where the page has the series no more. */
  readonly value?: number
}

/** The pages of one source again from its lines: the other side of `PageDeltas`. */
export class SourcePages {
  readonly #keys: string[] = [];

  /** What the page of a line changes. @throws RangeError for a number that no line before it gave. */
  *changes({ new: fresh = [], set = [], gone = [] }: SampleLine): Generator<SeriesChange> {
    for (let at = 0; at < set.length; at += 2) {
      const number = set[at] as number
      const stored = set[at + 1]
      if (stored === undefined) throw new RangeError('a series without a value')
      yield { number, key: this.#keyOf(number), value: restoreValue(stored) }
    }
    for (const number of gone) yield { number, key: this.#keyOf(number) }
    for (const [key, stored] of fresh) yield { number: this.#keys.push(key) - 1, key, value: restoreValue(stored) }
  }

  #keyOf(number: number): string {
    const key = this.#keys[number]
    if (key === undefined) throw new RangeError(`no series has the number ${number}`)
    return key
  }
}
