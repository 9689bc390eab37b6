import { MalformedHttp } from './malformed-http.ts'

/** Takes the bytes `from` (inclusive) to `end` (exclusive), which are somebody else's when it returns. */
export type TakeBytes = (bytes: Buffer, from: number, end: number) => void

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const SEMICOLON = 59

/** A chunk's size line with its extensions, or all trailer fields together; nobody honest comes near it. */
const MAX_LINE_BYTES = 16 * 1024

const SIZE = 0
const EXTENSION = 1
const SIZE_LF = 2
const DATA = 3
const DATA_CR = 4
const DATA_LF = 5
const TRAILER_START = 6
const TRAILER = 7
const TRAILER_LF = 8
const END_LF = 9
const ENDED = 10

/**
 * Takes the chunked transfer coding off a body that comes in reads which may end anywhere. Extensions and trailer fields are passed over.
 *
 * Source: RFC 9112, 7.1.
 */
export class ChunkedBody {
  #state = SIZE
  /** Of the chunk: its size while that is read, then the bytes still to come. */
  #left = 0
  #digits = 0
  #lineBytes = 0

  begin(): void {
    this.#state = SIZE
    this.#startLine()
  }

  get hasEnded(): boolean {
    return this.#state === ENDED
  }

  /**
   * Hands the data among the bytes to `take`, each chunk's by itself.
   *
   * @returns the position after the last byte that belongs to the body.
   * @throws MalformedHttp
   */
  push(bytes: Buffer, from: number, end: number, take: TakeBytes): number {
    let at = from
    while (at < end && this.#state !== ENDED) {
      if (this.#state !== DATA) {
        this.#frame(bytes[at]!)
        at += 1
        continue
      }
      const dataEnd = Math.min(end, at + this.#left)
      this.#left -= dataEnd - at
      if (this.#left === 0) this.#state = DATA_CR
      take(bytes, at, dataEnd)
      at = dataEnd
    }
    return at
  }

  /** One byte of what stands around the data. */
  #frame(byte: number): void {
    switch (this.#state) {
      case SIZE:
        this.#size(byte)
        break
      case EXTENSION:
        this.#count()
        if (byte === CR) this.#state = SIZE_LF
        else if (byte === LF) throw new MalformedHttp('the size line of a chunk ends in LF alone')
        break
      case SIZE_LF:
        this.#expect(byte, LF, this.#left > 0 ? DATA : TRAILER_START)
        this.#lineBytes = 0
        break
      case DATA_CR:
        this.#expect(byte, CR, DATA_LF)
        break
      case DATA_LF:
        this.#expect(byte, LF, SIZE)
        this.#startLine()
        break
      case TRAILER_START:
        this.#count()
        this.#state = byte === CR ? END_LF : TRAILER
        if (byte === LF) throw new MalformedHttp('a trailer field ends in LF alone')
        break
      case TRAILER:
        this.#count()
        if (byte === CR) this.#state = TRAILER_LF
        else if (byte === LF) throw new MalformedHttp('a trailer field ends in LF alone')
        break
      case TRAILER_LF:
        this.#expect(byte, LF, TRAILER_START)
        break
      default:
        this.#expect(byte, LF, ENDED)
    }
  }

  #size(byte: number): void {
    this.#count()
    const digit = digitOf(byte)
    if (digit >= 0) {
      this.#digits += 1
      this.#left = this.#left * 16 + digit
      if (this.#left > Number.MAX_SAFE_INTEGER) throw new MalformedHttp('a chunk larger than can be')
      return
    }
    if (this.#digits === 0) throw new MalformedHttp('a chunk without a size')
    if (byte === CR) this.#state = SIZE_LF
    else if (byte === SEMICOLON || byte === SPACE || byte === TAB) this.#state = EXTENSION
    else throw new MalformedHttp('the size of a chunk is not a hexadecimal number')
  }

  #startLine(): void {
    this.#left = 0
    this.#digits = 0
    this.#lineBytes = 0
  }

  #count(): void {
    this.#lineBytes += 1
    if (this.#lineBytes > MAX_LINE_BYTES) throw new MalformedHttp('the lines between chunks do not end')
  }

  #expect(byte: number, expected: number, next: number): void {
    if (byte !== expected) throw new MalformedHttp('a chunk is not followed by a line end')
    this.#state = next
  }
}

/** -1: no hexadecimal digit. */
function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
