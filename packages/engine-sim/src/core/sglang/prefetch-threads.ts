import type { PageRun, PageStore } from './page-store.ts'
import { batchPages } from './storage-backups.ts'

/** What the threads know of a prefetch. */
export interface FetchedRun extends PageRun {
  /** Nobody waits for it any more. */
  isTerminated: boolean
  /** Up to which page storage has it, where that is known. */
  knownEnd: number | undefined
  /** Up to which page it is read, once the host has room for it. */
  readTo: number
}

/** Storage has a run up to a page. */
interface Found<R> {
  readonly run: R
  readonly end: number
  readonly atMs: number
}

/** A run has been read up to a page. */
interface Read<R> extends Found<R> {
  /** Nothing more of it comes. */
  readonly isLast: boolean
}

/**
 * Asking storage what it has of runs, and reading them: each one run after the other, read a batch at a time. What comes of it is kept until the
 * scheduler looks.
 *
 * Source: `prefetch_thread_func`, `prefetch_io_aux_func` and `_page_transfer` of `managers/cache_controller.py`, SGLang 0.5.23.
 */
export class PrefetchThreads<R extends FetchedRun> {
  readonly #store: PageStore
  #asking: R[] = []
  #isAsking = false
  #reading: R[] = []
  #isReading = false
  #found: Found<R>[] = []
  #read: Read<R>[] = []
  /** Grows when everything is forgotten. */
  #era = 0

  constructor(store: PageStore) {
    this.#store = store
  }

  /** The next instant at which there may be something to see; undefined while nothing is under way. */
  get nextMs(): number | undefined {
    const seen = [this.#found[0], this.#read[0]].flatMap((each) => (each ? [each.atMs] : []))
    const next = this.#isAsking || this.#isReading ? this.#store.nextMs : undefined
    return seen.length === 0 ? next : Math.min(...seen, next ?? Number.POSITIVE_INFINITY)
  }

  ask(run: R, nowMs: number): void {
    this.#asking.push(run)
    if (!this.#isAsking) this.#askNext(nowMs)
  }

  read(run: R, nowMs: number): void {
    this.#reading.push(run)
    if (!this.#isReading) this.#readNext(nowMs)
  }

  /** What storage was found to have by then. */
  takeFound(nowMs: number): readonly Found<R>[] {
    this.#store.advance(nowMs)
    const count = seenBy(this.#found, nowMs)
    return this.#found.splice(0, count)
  }

  /** What was read by then. */
  takeRead(nowMs: number): readonly Read<R>[] {
    const count = seenBy(this.#read, nowMs)
    return this.#read.splice(0, count)
  }

  forget(): void {
    this.#era += 1
    this.#asking = []
    this.#reading = []
    this.#isAsking = false
    this.#isReading = false
    this.#found = []
    this.#read = []
  }

  #askNext(atMs: number): void {
    const run = this.#asking.shift()
    this.#isAsking = run !== undefined
    if (!run) return
    const era = this.#era
    const answered = (answeredMs: number, end: number) => {
      if (era !== this.#era) return
      this.#found.push({ run, end, atMs: answeredMs })
      this.#askNext(answeredMs)
    }
    if (run.isTerminated) answered(atMs, run.from)
    else if (run.knownEnd !== undefined) answered(atMs, run.knownEnd)
    else this.#store.ask(atMs, run, answered)
  }

  #readNext(atMs: number): void {
    const run = this.#reading.shift()
    this.#isReading = run !== undefined
    if (run) this.#readBatch(run, run.from, atMs)
  }

  #readBatch(run: R, from: number, atMs: number): void {
    if (run.isTerminated || from >= run.readTo) {
      this.#finish(run, from, atMs)
      return
    }
    const era = this.#era
    const to = Math.min(run.readTo, from + batchPages)
    this.#store.read(atMs, { keys: run.keys, from, to }, (readMs, end) => {
      if (era !== this.#era) return
      this.#read.push({ run, end, atMs: readMs, isLast: false })
      if (end < to) this.#finish(run, end, readMs)
      else this.#readBatch(run, end, readMs)
    })
  }

  #finish(run: R, end: number, atMs: number): void {
    this.#read.push({ run, end, atMs, isLast: true })
    this.#readNext(atMs)
  }
}

function seenBy(events: readonly { readonly atMs: number }[], nowMs: number): number {
  const at = events.findIndex(({ atMs }) => atMs > nowMs)
  return at < 0 ? events.length : at
}
