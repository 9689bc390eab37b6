/** Takes what one read of a socket brought: the bytes `from` (inclusive) to `end` (exclusive), which are somebody else's when it returns. */
export interface Reader {
  read(bytes: Buffer, from: number, end: number, atMs: number): void
}

/** Reads this close together are of sockets that became readable together: others are probably waiting for theirs. */
const TOGETHER_MS = 0.03

/** While reads keep coming they are put off no longer than this after the first: what a reply's end sets off waits as long. */
const LONGEST_DELAY_MS = 5

/** So many reads in one turn are of a server that is still writing; fewer are not worth asking the sockets once more. */
const MANY_READS = 3

const QUEUE_BYTES = 512 * 1024

/** A read this long takes as long to copy as many chunks take to handle. */
const LONGEST_QUEUED_BYTES = 4 * 1024

/**
 * Puts off the handling of reads until no socket is readable any more, so that their instants do not wait for each other's handling: where
 * a server writes to all streams at once, that would be most of the error of the last one.
 *
 * A read that comes alone is handled at once. Each reader gets its reads in their order.
 */
export class ReadQueue {
  readonly #bytes = Buffer.allocUnsafeSlow(QUEUE_BYTES)
  /** Of each queued read, at the same index: who takes it, where its bytes end, and when it came. */
  readonly #readers: Reader[] = []
  readonly #ends: number[] = []
  readonly #instantsMs: number[] = []
  #endOfBytes = 0
  #lastMs = Number.NEGATIVE_INFINITY
  /** How many were queued when the sockets were last asked. */
  #asked = 0
  #isScheduled = false
  #isFlushing = false
  readonly #flushLater = () => {
    const count = this.#readers.length
    const hasMore = count - this.#asked >= MANY_READS && this.#lastMs - this.#instantsMs[0]! < LONGEST_DELAY_MS
    this.#isScheduled = hasMore
    if (!hasMore) return this.flush()
    this.#asked = count
    setImmediate(this.#flushLater)
  }

  /** Takes the first `length` bytes, which the next read overwrites. */
  push(reader: Reader, bytes: Buffer, length: number, atMs: number): void {
    const isTogether = atMs - this.#lastMs < TOGETHER_MS || this.#readers.length > 0
    this.#lastMs = atMs
    const isQueued = isTogether && length <= LONGEST_QUEUED_BYTES && this.#endOfBytes + length <= QUEUE_BYTES
    if (isQueued) {
      this.#keep(reader, bytes, length, atMs)
    } else {
      this.flush()
      reader.read(bytes, 0, length, atMs)
    }
  }

  /** Has everything handled that is queued; for whoever is about to tell a reader something else, or to ask whether it is idle. */
  flush(): void {
    const count = this.#readers.length
    // A reader may start a request from within.
    if (count === 0 || this.#isFlushing) return
    this.#isFlushing = true
    let from = 0
    for (let i = 0; i < count; i += 1) {
      const end = this.#ends[i]!
      this.#readers[i]!.read(this.#bytes, from, end, this.#instantsMs[i]!)
      from = end
    }
    this.#readers.length = 0
    this.#ends.length = 0
    this.#instantsMs.length = 0
    this.#endOfBytes = 0
    this.#asked = 0
    this.#isFlushing = false
  }

  #keep(reader: Reader, bytes: Buffer, length: number, atMs: number): void {
    bytes.copy(this.#bytes, this.#endOfBytes, 0, length)
    this.#endOfBytes += length
    this.#readers.push(reader)
    this.#ends.push(this.#endOfBytes)
    this.#instantsMs.push(atMs)
    if (this.#isScheduled) return
    this.#isScheduled = true
    // Runs when the sockets that are readable now have been read; others may be by then.
    setImmediate(this.#flushLater)
  }
}
