import { finished } from 'node:stream/promises'
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzipSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'

const whole = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}
const streams = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** The coding that a body without a name for one begins like; no JSON and no event begins so. Gateways are known to drop the name alone. */
export function unnamedCoding(beginning: Buffer): 'gzip' | 'zstd' | undefined {
  if (beginning[0] === 0x1f && beginning[1] === 0x8b) return 'gzip'
  return beginning.length >= 4 && beginning.readUInt32BE(0) === 0x28b52ffd ? 'zstd' : undefined
}

/** A body without its coding; as it is where it has none, one that is not known, or does not keep to it. */
export function unpackedBody(body: Buffer, named: string | undefined, maxBytes: number): Buffer {
  const coding = named ?? unnamedCoding(body)
  const unpack = coding === undefined ? undefined : whole[coding.trim().toLowerCase() as keyof typeof whole]
  if (!unpack) return body
  try {
    return unpack(body, { maxOutputLength: maxBytes })
  } catch {
    return body
  }
}

/** Unpacks a body piece by piece: what a piece brings has the piece's instant. */
export class Unpacker {
  readonly #stream: ReturnType<(typeof streams)[keyof typeof streams]>
  #atMs = 0
  #turn: Promise<void> = Promise.resolve()
  #isBroken = false

  /** @returns undefined where the coding is not known. */
  static of(coding: string, onBytes: (bytes: Buffer, atMs: number) => void): Unpacker | undefined {
    const create = streams[coding.trim().toLowerCase() as keyof typeof streams]
    return create && new Unpacker(create(), onBytes)
  }

  private constructor(
    stream: ReturnType<(typeof streams)[keyof typeof streams]>,
    onBytes: (bytes: Buffer, atMs: number) => void,
  ) {
    this.#stream = stream
    stream.on('data', (bytes: Buffer) => onBytes(bytes, this.#atMs))
    // Of a body that breaks off, what came is read.
    stream.on('error', () => (this.#isBroken = true))
  }

  push(bytes: Buffer, atMs: number): void {
    this.#turn = this.#turn.then(() => this.#write(bytes, atMs))
  }

  /** Resolves when all that was pushed has been handed over. */
  async end(): Promise<void> {
    await this.#turn
    if (this.#isBroken) return
    this.#stream.end()
    await finished(this.#stream).catch(() => {})
  }

  #write(bytes: Buffer, atMs: number): Promise<void> {
    if (this.#isBroken) return Promise.resolve()
    this.#atMs = atMs
    return new Promise((resolve) => {
      const settle = () => {
        this.#stream.off('error', settle)
        this.#stream.off('close', settle)
        resolve()
      }
      this.#stream.once('error', settle)
      this.#stream.once('close', settle)
      this.#stream.write(bytes, settle)
    })
  }
}
