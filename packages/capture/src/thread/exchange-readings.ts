import type { ExchangeEnd } from '../exchange.ts'
import type { Recorder } from '../recorder.ts'
import { ExchangeReading } from './exchange-reading.ts'
import type { LostReason, TapeBatch, TapeEntry } from './tape-entry.ts'

/** Reads batches of a tape, and tells a recorder of the exchanges in them. */
export class ExchangeReadings {
  readonly #recorder: Recorder
  readonly #onReleased: (bytes: number) => void
  readonly #open = new Map<string, { readonly reading: ExchangeReading; heldBytes: number; hasBegun: boolean }>()
  readonly #lost: Record<LostReason, number> = { 'too-large': 0, 'too-fast': 0 }
  readonly #ending = new Set<Promise<void>>()

  /** `onReleased`: so many bytes of batches are held no longer. */
  constructor(recorder: Recorder, onReleased: (bytes: number) => void) {
    this.#recorder = recorder
    this.#onReleased = onReleased
  }

  read({ entries, bytes }: TapeBatch): void {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let released = 0
    for (const entry of entries) released += this.#read(entry, all)
    if (released > 0) this.#onReleased(released)
  }

  lost(): Readonly<Record<LostReason, number>> {
    return this.#lost
  }

  /** Resolves when all that is over has been told. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending)
  }

  /** @returns how many bytes of the tape were let go. */
  #read(entry: TapeEntry, all: Buffer): number {
    const { id } = entry
    if (entry.kind === 'opened') {
      this.#open.set(id, { reading: new ExchangeReading(id, entry.opened), heldBytes: 0, hasBegun: false })
      return 0
    }
    const held = this.#open.get(id)
    if (!held) return 'length' in entry ? entry.length : 0
    const { reading } = held
    switch (entry.kind) {
      case 'request':
        // A copy: a view would hold the whole batch.
        reading.requestBytes(Buffer.from(all.subarray(entry.from, entry.from + entry.length)))
        held.heldBytes += entry.length
        return 0
      case 'requested':
        return this.#begin(held)
      case 'forwarded':
        reading.forwarded(entry.atMs)
        return 0
      case 'replied':
        reading.replied(entry.head, entry.atMs)
        return 0
      case 'reply':
        reading.replyBytes(Buffer.from(all.subarray(entry.from, entry.from + entry.length)), entry.atMs)
        return entry.length
      case 'over': {
        const released = held.hasBegun ? 0 : this.#begin(held)
        this.#end(id, reading, entry.end, entry.atMs)
        return released
      }
      case 'lost':
        this.#lost[entry.why] += 1
        if (held.hasBegun) this.#end(id, reading, 'proxy-closed', entry.atMs)
        this.#open.delete(id)
        return held.heldBytes
    }
  }

  #end(id: string, reading: ExchangeReading, end: ExchangeEnd, atMs: number): void {
    this.#open.delete(id)
    const told = reading
      .over(end, atMs)
      .then((reply) => this.#recorder.end(id, reply))
      .finally(() => this.#ending.delete(told))
    this.#ending.add(told)
  }

  #begin(held: { readonly reading: ExchangeReading; heldBytes: number; hasBegun: boolean }): number {
    const released = held.heldBytes
    held.hasBegun = true
    held.heldBytes = 0
    this.#recorder.begin(held.reading.takeRequest())
    return released
  }
}
