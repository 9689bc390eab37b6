const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32
const DATA = [100, 97, 116, 97] // "data"
const BYTE_ORDER_MARK = '\u{feff}'

/** No honest event comes near it; past it a stream is noise, and keeping it would only fill memory. */
const DEFAULT_MAX_EVENT_BYTES = 64 * 1024 * 1024

/**
 * Cuts a byte stream into server-sent events and calls `onData` with the data of each, its lines joined by LF.
 *
 * Reads may end anywhere, inside a line end or a UTF-8 sequence too. Lines end in LF, CRLF or CR. Comments and other fields are
 * passed over. Only a line that spans reads is copied.
 *
 * Source: WHATWG HTML, "Server-sent events", 9.2.6. One leniency: `end` hands over an event that lacks its closing empty line.
 */
export class SseScanner {
  readonly #onData: (data: string) => void
  readonly #isRecognised: ((bytes: Buffer, from: number, end: number) => boolean) | undefined
  readonly #maxEventBytes: number
  /** Pieces of a line whose end has not come yet. */
  #pieces: Buffer[] = []
  #pieceBytes = 0
  /** Data lines of the event being read; undefined: none yet. */
  #data: string | undefined
  #skipLineFeed = false
  #atStart = true

  constructor(
    onData: (data: string) => void,
    options: {
      readonly maxEventBytes?: number
      /**
       * Asked first about each event that lies whole in one read, on one line that ends in LF: its data are the bytes `from` (inclusive)
       * to `end` (exclusive). True: the event needs no reading, and `onData` is not called.
       */
      readonly isRecognised?: (bytes: Buffer, from: number, end: number) => boolean
    } = {},
  ) {
    this.#onData = onData
    this.#isRecognised = options.isRecognised
    this.#maxEventBytes = options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES
  }

  /** @throws RangeError when one event is larger than `maxEventBytes` (64 MiB unless told). */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (bytes.length === 0) return
    let from = this.#skipLineFeed && bytes[0] === LF ? 1 : 0
    this.#skipLineFeed = false
    // Most streams hold no CR at all: one search a read settles it.
    let carriageReturn = bytes.indexOf(CR, from)
    while (from < bytes.length) {
      const lineFeed = bytes.indexOf(LF, from)
      if (carriageReturn !== -1 && carriageReturn < from) carriageReturn = bytes.indexOf(CR, from)
      const endsInCr = carriageReturn !== -1 && (lineFeed === -1 || carriageReturn < lineFeed)
      const end = endsInCr ? carriageReturn : lineFeed
      if (end === -1) break
      if (this.#passOver(bytes, from, end)) {
        from = end + 2
        continue
      }
      this.#line(bytes, from, end)
      from = end + 1
      if (!endsInCr) continue
      if (from === bytes.length) this.#skipLineFeed = true
      else if (bytes[from] === LF) from += 1
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from))
  }

  /** The stream has ended: what is still open is handed over. */
  end(): void {
    if (this.#pieces.length > 0) this.#line(Buffer.alloc(0), 0, 0)
    this.#dispatch()
  }

  /** True for a line, `from` to `end`, that is an event of its own and has been recognised. */
  #passOver(bytes: Buffer, from: number, end: number): boolean {
    if (!this.#isRecognised || this.#pieces.length > 0 || this.#data !== undefined) return false
    if (bytes[end] !== LF || bytes[end + 1] !== LF || !isDataField(bytes, from, end)) return false
    const value = from + DATA.length + 1
    return this.#isRecognised(bytes, bytes[value] === SPACE ? value + 1 : value, end)
  }

  #keep(rest: Buffer): void {
    // The transport reuses its read buffer, so the piece has to be our own.
    this.#pieces.push(Buffer.from(rest))
    this.#pieceBytes += rest.length
    this.#limit(this.#pieceBytes)
  }

  #line(bytes: Buffer, from: number, end: number): void {
    if (this.#pieces.length > 0) {
      const whole = Buffer.concat([...this.#pieces, bytes.subarray(from, end)])
      this.#pieces = []
      this.#pieceBytes = 0
      this.#field(whole, 0, whole.length)
    } else {
      this.#field(bytes, from, end)
    }
  }

  #field(bytes: Buffer, start: number, end: number): void {
    const from = this.#atStart ? afterByteOrderMark(bytes, start, end) : start
    this.#atStart = false
    if (from === end) this.#dispatch()
    else if (isDataField(bytes, from, end)) this.#append(bytes, from, end)
  }

  #append(bytes: Buffer, from: number, end: number): void {
    let value = Math.min(from + DATA.length + 1, end)
    if (value < end && bytes[value] === SPACE) value += 1
    const text = bytes.toString('utf8', value, end)
    this.#data = this.#data === undefined ? text : `${this.#data}\n${text}`
    this.#limit(this.#data.length)
  }

  #dispatch(): void {
    const data = this.#data
    this.#data = undefined
    // An event whose data is empty is none.
    if (data) this.#onData(data)
  }

  #limit(bytes: number): void {
    if (bytes > this.#maxEventBytes) throw new RangeError(`an event is larger than ${this.#maxEventBytes} bytes`)
  }
}

function isDataField(bytes: Buffer, from: number, end: number): boolean {
  for (let i = 0; i < DATA.length; i += 1) if (bytes[from + i] !== DATA[i]) return false
  const after = from + DATA.length
  return after === end || (after < end && bytes[after] === COLON)
}

function afterByteOrderMark(bytes: Buffer, from: number, end: number): number {
  return end - from >= 3 && bytes.toString('utf8', from, from + 3) === BYTE_ORDER_MARK ? from + 3 : from
}
