interface Entry {
  readonly atMs: number
  /** Absent while it is not known what comes. */
  run: ((atMs: number) => void) | undefined
}

/** One that was announced: what it is when it is known, or that it does not come. Only the first of these calls counts. */
export interface OpenArrival {
  readonly atMs: number
  readonly isOpen: boolean
  fill(run: (atMs: number) => void): void
  drop(): void
}

/** What an engine is to be told, in the order of its instants: what comes behind something that is still open waits for it. */
export class ArrivalQueue {
  #entries: Entry[] = []

  /** Instant of the first that waits, open or not. */
  get firstMs(): number | undefined {
    return this.#entries[0]?.atMs
  }

  /** Instants of calls never fall. */
  open(atMs: number): OpenArrival {
    const entry: Entry = { atMs, run: undefined }
    this.#entries.push(entry)
    const isOpen = () => entry.run === undefined && this.#entries.includes(entry)
    return {
      atMs,
      get isOpen() {
        return isOpen()
      },
      fill: (run) => {
        if (isOpen()) entry.run = run
      },
      drop: () => {
        if (isOpen()) this.#entries = this.#entries.filter((other) => other !== entry)
      },
    }
  }

  add(atMs: number, run: (atMs: number) => void): void {
    this.#entries.push({ atMs, run })
  }

  /** Instant of the first, where it is known what it is. */
  get readyMs(): number | undefined {
    const first = this.#entries[0]
    return first?.run && first.atMs
  }

  /** Takes the first out. */
  take(): ((atMs: number) => void) | undefined {
    return this.#entries.shift()?.run
  }
}
