import type { ExchangeTape, OpenedExchange } from '../proxy/exchange-tape.ts'
import type { LostReason, TapeBatch, TapeEntry } from './tape-entry.ts'

export interface TapeOptions {
  /** Begins the ids of exchanges. */
  readonly captureId: string
  /** Sends a batch, which is the receiver's from then on. */
  readonly send: (batch: TapeBatch) => void
  readonly now: () => number
  /** Calls back in a moment: what happens until then is sent then. */
  readonly soon: (run: () => void) => void
  /** Calls back when what is to be forwarded now has been. */
  readonly next: (run: () => void) => void
  /** Of one request, and of its reply. */
  readonly maxExchangeBytes: number
  /** Held by the recording thread in all. */
  readonly maxHeldBytes: number
}

/** So much is sent at once: what that takes, the chunks of other streams wait for. */
const batchBytes = 256 * 1024

/**
 * Takes down exchanges for the recording thread, in batches. A chunk is kept as it came, and copied once, into a batch of just the size. No batch is
 * sent while a chunk is taken down: copying it and waking the thread would fall into the forwarding of the request that it is of.
 *
 * What the thread has not come to yet is bounded: past the bound nothing new is taken down, and what would need more is lost, which is told.
 */
export class TapeWriter {
  readonly #options: TapeOptions
  #open = emptyBatch()
  readonly #full: OpenBatch[] = []
  #count = 0
  #heldBytes = 0
  #isAppointed = false

  constructor(options: TapeOptions) {
    this.#options = options
  }

  open(opened: OpenedExchange): ExchangeTape {
    const id = `${this.#options.captureId}-${this.#count++}`
    this.add({ kind: 'opened', id, opened })
    return new Tape(id, this, this.#options.maxExchangeBytes)
  }

  now(): number {
    return this.#options.now()
  }

  /** The thread has let go of so many bytes. */
  released(bytes: number): void {
    this.#heldBytes -= bytes
  }

  /** Sends what there is. */
  flush(): void {
    this.#close()
    for (const batch of this.#full.splice(0)) this.#send(batch)
  }

  /** Adds an entry that needs no bytes. */
  add(entry: TapeEntry): void {
    this.#open.entries.push(entry)
    this.#appoint()
  }

  /** @returns whether there was room. */
  addBytes(bytes: Buffer, entryAt: (place: { from: number; length: number }) => TapeEntry): boolean {
    if (this.#heldBytes + bytes.length > this.#options.maxHeldBytes) return false
    this.#heldBytes += bytes.length
    const place = { from: this.#open.used, length: bytes.length }
    this.#open.pieces.push(bytes)
    this.#open.used += bytes.length
    this.add(entryAt(place))
    if (this.#open.used >= batchBytes) this.#close()
    return true
  }

  #appoint(): void {
    if (this.#isAppointed) return
    this.#isAppointed = true
    this.#options.soon(() => {
      this.#close()
      this.#sendNext()
    })
  }

  #close(): void {
    if (this.#open.entries.length > 0) this.#full.push(this.#open)
    this.#open = emptyBatch()
  }

  /** A batch, and the next one when what came meanwhile has been forwarded. */
  #sendNext(): void {
    const batch = this.#full.shift()
    if (batch) this.#send(batch)
    if (this.#full.length > 0) {
      this.#options.next(() => this.#sendNext())
      return
    }
    this.#isAppointed = false
    if (this.#open.entries.length > 0) this.#appoint()
  }

  #send({ entries, pieces, used }: OpenBatch): void {
    const bytes = new Uint8Array(used)
    let at = 0
    for (const piece of pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    this.#options.send({ entries, bytes })
  }
}

interface OpenBatch {
  readonly entries: TapeEntry[]
  readonly pieces: Buffer[]
  used: number
}

function emptyBatch(): OpenBatch {
  return { entries: [], pieces: [], used: 0 }
}

class Tape implements ExchangeTape {
  readonly #id: string
  readonly #writer: TapeWriter
  readonly #maxBytes: number
  #bytes = 0
  #isLost = false

  constructor(id: string, writer: TapeWriter, maxBytes: number) {
    this.#id = id
    this.#writer = writer
    this.#maxBytes = maxBytes
  }

  request(bytes: Buffer): void {
    this.#take(bytes, (place) => ({ kind: 'request', id: this.#id, ...place }))
  }

  requested(): void {
    // Of a reply as much is kept again.
    this.#bytes = 0
    if (!this.#isLost) this.#writer.add({ kind: 'requested', id: this.#id, from: 0, length: 0 })
  }

  forwarded(atMs: number): void {
    if (!this.#isLost) this.#writer.add({ kind: 'forwarded', id: this.#id, atMs })
  }

  replied(head: Parameters<ExchangeTape['replied']>[0], atMs: number): void {
    if (!this.#isLost) this.#writer.add({ kind: 'replied', id: this.#id, head, atMs })
  }

  reply(bytes: Buffer, atMs: number): void {
    this.#take(bytes, (place) => ({ kind: 'reply', id: this.#id, ...place, atMs }))
  }

  over(end: Parameters<ExchangeTape['over']>[0], atMs: number): void {
    if (!this.#isLost) this.#writer.add({ kind: 'over', id: this.#id, end, atMs })
  }

  #take(bytes: Buffer, entryAt: (place: { from: number; length: number }) => TapeEntry): void {
    if (this.#isLost) return
    this.#bytes += bytes.length
    if (this.#bytes > this.#maxBytes) this.#lose('too-large')
    else if (!this.#writer.addBytes(bytes, entryAt)) this.#lose('too-fast')
  }

  #lose(why: LostReason): void {
    this.#isLost = true
    this.#writer.add({ kind: 'lost', id: this.#id, why, atMs: this.#writer.now() })
  }
}
