import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { RecordSink } from '../recorder.ts'

export interface ShardOptions {
  readonly folder: string
  /** A shard is closed once it holds so many bytes, unpacked. */
  readonly rollBytes: number
  /** Or so many lines. */
  readonly rollLines?: number
  /** Lines are written once there are so many bytes of them, without waiting for `flush`. */
  readonly bufferBytes: number
  readonly packed: boolean
  /** Milliseconds since the sink was opened. */
  readonly sinceStartMs: () => number
  /** The disk refuses (a code of the system's), or takes lines again (undefined). */
  readonly onDisk: (refusal: string | undefined) => void
}

/** What stands on the disk, and what does not. */
export interface ShardCounts {
  readonly shards: number
  readonly lines: number
  /** As they lie on the disk. */
  readonly bytes: number
  /** Given up, since the disk refused them for too long. */
  readonly lostLines: number
}

interface OpenShard {
  readonly descriptor: number
  bytes: number
  unpackedBytes: number
  lines: number
}

/** Hashes are most of a record, and no higher level makes them smaller: it only searches longer. */
const packedLevel = 4

/** Held while the disk refuses; past it lines are given up. */
const maxHeldBytes = 64 * 1024 * 1024

/**
 * Writes records as shards of a request trace: `capture.000000.jsonl.gz` and on, each a row of whole gzip members.
 *
 * Each flush is one write of one member, so that a process that is killed leaves members that can be read, and at most one that is torn. What the disk
 * refuses is taken back, tried again, and told.
 *
 * Source: Dynamo's "Request Trace", file sink: its envelope, names and rules of rolling.
 */
export class ShardWriter implements RecordSink {
  readonly #options: ShardOptions
  #lines: string[] = []
  #heldBytes = 0
  #file: OpenShard | undefined
  #counts = { shards: 0, lines: 0, bytes: 0, lostLines: 0 }
  #isRefused = false

  constructor(options: ShardOptions) {
    this.#options = options
  }

  write(record: string): void {
    const line = `{"timestamp":${Math.round(this.#options.sinceStartMs())},"event":${record}}\n`
    const bytes = Buffer.byteLength(line)
    if (this.#heldBytes + bytes > maxHeldBytes) {
      this.#counts.lostLines += 1
      return
    }
    this.#lines.push(line)
    this.#heldBytes += bytes
    // A disk that refuses is tried again by the clock, and not by every line.
    if (this.#heldBytes >= this.#options.bufferBytes && !this.#isRefused) this.flush()
  }

  /** Puts what is held on the disk, as one member. */
  flush(): void {
    if (this.#lines.length === 0) return
    const text = Buffer.from(this.#lines.join(''))
    try {
      this.#append(this.#options.packed ? gzipSync(text, { level: packedLevel }) : text, text.length)
    } catch (error) {
      this.#refused((error as NodeJS.ErrnoException).code ?? String(error))
      return
    }
    this.#counts.lines += this.#lines.length
    this.#lines = []
    this.#heldBytes = 0
    if (this.#isRefused) {
      this.#isRefused = false
      this.#options.onDisk(undefined)
    }
  }

  close(): void {
    this.flush()
    this.#counts.lostLines += this.#lines.length
    this.#lines = []
    this.#heldBytes = 0
    this.#closeFile()
  }

  counts(): ShardCounts {
    return { ...this.#counts }
  }

  #append(member: Buffer, unpackedBytes: number): void {
    const { rollBytes, rollLines = Number.POSITIVE_INFINITY } = this.#options
    this.#file ??= this.#open()
    const file = this.#file
    try {
      for (let at = 0; at < member.length; )
        at += writeSync(file.descriptor, member, at, member.length - at, file.bytes + at)
    } catch (error) {
      // A torn member would make what follows unreadable.
      ftruncateSync(file.descriptor, file.bytes)
      throw error
    }
    file.bytes += member.length
    file.unpackedBytes += unpackedBytes
    file.lines += this.#lines.length
    this.#counts.bytes += member.length
    if (file.unpackedBytes >= rollBytes || file.lines >= rollLines) this.#closeFile()
  }

  /** Exclusive: nothing that lies there is written to, or through. For its owner alone. */
  #open(): OpenShard {
    const { folder, packed } = this.#options
    const name = `capture.${String(this.#counts.shards).padStart(6, '0')}.jsonl${packed ? '.gz' : ''}`
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
    const descriptor = openSync(join(folder, name), flags, 0o600)
    this.#counts.shards += 1
    return { descriptor, bytes: 0, unpackedBytes: 0, lines: 0 }
  }

  #closeFile(): void {
    if (this.#file) closeSync(this.#file.descriptor)
    this.#file = undefined
  }

  #refused(code: string): void {
    if (this.#isRefused) return
    this.#isRefused = true
    this.#options.onDisk(code)
  }
}
