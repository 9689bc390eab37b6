import type { SampleLine, StoredValue } from './sample-line.ts'
import { storeValue } from './stored-value.ts'

/** Gives each page of a source as what it changes of the one before. */
export class PageDeltas {
  readonly #numbers = new Map<string, number>()
  /** By number; absent where the last page does not have the series. */
  readonly #last: (number | undefined)[] = []

  /** Series that any page has had. */
  get seen(): number {
    return this.#numbers.size
  }

  next(series: ReadonlyMap<string, number>): Pick<SampleLine, 'new' | 'set' | 'gone'> {
    const fresh: [string, StoredValue][] = []
    const set: StoredValue[] = []
    for (const [key, value] of series) {
      const number = this.#numbers.get(key)
      if (number === undefined) {
        this.#numbers.set(key, this.#last.push(value) - 1)
        fresh.push([key, storeValue(value)])
      } else if (!Object.is(this.#last[number], value)) {
        this.#last[number] = value
        set.push(number, storeValue(value))
      }
    }
    const gone = this.#forget(series)
    return {
      ...(fresh.length > 0 && { new: fresh }),
      ...(set.length > 0 && { set }),
      ...(gone.length > 0 && { gone }),
    }
  }

  #forget(series: ReadonlyMap<string, number>): number[] {
    // Nothing is gone where all that was ever seen is there.
    if (series.size === this.#numbers.size) return []
    const gone: number[] = []
    for (const [key, number] of this.#numbers) {
      if (this.#last[number] === undefined || series.has(key)) continue
      this.#last[number] = undefined
      gone.push(number)
    }
    return gone
  }
}
