const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32
const LETTER_E = 101
const DATA = [100, 97, 116, 97] // "data"
const BYTE_ORDER_MARK = '\u{feff}'

/** Fewer are searched sooner one by one than with a view made for them. */
const LONGEST_STEPPED_BYTES = 512

/** No honest event comes near it; past it a stream is noise, and keeping it would only fill memory. */
const DEFAULT_MAX_EVENT_BYTES = 64 * 1024 * 1024

/** Enough to find out what an error says. */
const LONGEST_COMMENT = 4_096

/** Knows some events by their bytes, so that they need no reading. */
export interface Recogniser {
  /**
   * Asked about the data of an event, which begin at `from`. @returns where they end, at most `end`, if they are known and hold no line
   * end; otherwise -1.
   */
  endOf(bytes: Buffer, from: number, end: number): number
  /** An event has come whose data `endOf` has known. */
  recognised(): void
}

/**
 * Cuts a byte stream into server-sent events and calls `onData` with the data of each, its lines joined by LF.
 *
 * Reads may end anywhere, inside a line end or a UTF-8 sequence too. Lines end in LF, CRLF or CR. Comments and other fields are
 * passed over, except of an event that is named `error` or `exception`: its comment is handed over beside its data, either of which may be empty. Only a line
 * that spans reads is copied.
 *
 * Source: WHATWG HTML, "Server-sent events", 9.2.6. Leniencies: `end` hands over an event that lacks its closing empty line; a comment may
 * say what an error is, as Dynamo's do; a field `error` makes an error of its value, as in llama.cpp until 2025.
 */
export class SseScanner {
  readonly #onData: (data: string, errorComment?: string) => void
  readonly #recogniser: Recogniser | undefined
  readonly #maxEventBytes: number
  /** Pieces of a line whose end has not come yet. */
  #pieces: Buffer[] = []
  #pieceBytes = 0
  /** Data lines of the event being read; undefined: none yet. */
  #data: string | undefined
  #isError = false
  #comment = ''
  #skipLineFeed = false
  #atStart = true

  constructor(
    onData: (data: string, errorComment?: string) => void,
    options: {
      readonly maxEventBytes?: number
      /** Asked first about each event that lies whole in one read, on one line that ends in LF; `onData` is not called with what it knows. */
      readonly recogniser?: Recogniser
    } = {},
  ) {
    this.#onData = onData
    this.#recogniser = options.recogniser
    this.#maxEventBytes = options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES
  }

  /**
   * Reads the bytes `from` (inclusive) to `end` (exclusive); default: all of them.
   *
   * @throws RangeError when one event is larger than `maxEventBytes` (64 MiB unless told).
   */
  push(chunk: Uint8Array, from = 0, end = chunk.length): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (from >= end) return
    let at = this.#skipLineFeed && bytes[from] === LF ? from + 1 : from
    this.#skipLineFeed = false
    at = this.#passOver(bytes, at, end)
    if (at < end) this.#read(bytes, at, end)
  }

  /** The stream has ended: what is still open is handed over. */
  end(): void {
    if (this.#pieces.length > 0) this.#line(Buffer.alloc(0), 0, 0)
    this.#dispatch()
  }

  /** Passes over events that are recognised; returns where the first byte stands that has to be read. */
  #passOver(bytes: Buffer, from: number, end: number): number {
    const recogniser = this.#recogniser
    if (!recogniser || this.#pieces.length > 0 || this.#data !== undefined || this.#isError) return from
    let at = from
    while (at < end && isDataField(bytes, at, end)) {
      const value = at + DATA.length + 1
      const dataEnd = recogniser.endOf(bytes, bytes[value] === SPACE ? value + 1 : value, end)
      if (dataEnd < 0 || dataEnd + 1 >= end || bytes[dataEnd] !== LF || bytes[dataEnd + 1] !== LF) break
      this.#atStart = false
      recogniser.recognised()
      at = dataEnd + 2
    }
    return at
  }

  #read(bytes: Buffer, from: number, end: number): void {
    // Most streams hold no CR at all: one search a read settles it.
    let carriageReturn = indexWithin(bytes, CR, from, end)
    let at = from
    while (at < end) {
      const lineFeed = indexWithin(bytes, LF, at, end)
      if (carriageReturn !== -1 && carriageReturn < at) carriageReturn = indexWithin(bytes, CR, at, end)
      const endsInCr = carriageReturn !== -1 && (lineFeed === -1 || carriageReturn < lineFeed)
      const lineEnd = endsInCr ? carriageReturn : lineFeed
      if (lineEnd === -1) break
      this.#line(bytes, at, lineEnd)
      at = lineEnd + 1
      if (endsInCr && at === end) this.#skipLineFeed = true
      else if (endsInCr && bytes[at] === LF) at += 1
      at = this.#passOver(bytes, at, end)
    }
    if (at < end) this.#keep(bytes.subarray(at, end))
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
    else if (isDataField(bytes, from, end)) this.#append(bytes, from + DATA.length + 1, end)
    else if (bytes[from] === COLON) this.#comments(bytes, from + 1, end)
    else if (bytes[from] === LETTER_E) this.#name(bytes, from, end)
  }

  #name(bytes: Buffer, from: number, end: number): void {
    const [, before] =
      /^(error:|event: ?(?:error|exception) *$)/i.exec(bytes.toString('latin1', from, Math.min(end, from + 32))) ?? []
    if (before === undefined) return
    this.#isError = true
    if (before.endsWith(':')) this.#append(bytes, from + before.length, end)
  }

  #comments(bytes: Buffer, from: number, end: number): void {
    if (this.#comment.length >= LONGEST_COMMENT) return
    this.#comment += `${this.#comment && ' '}${bytes.toString('utf8', from, Math.min(end, from + LONGEST_COMMENT)).trim()}`
  }

  #append(bytes: Buffer, from: number, end: number): void {
    let value = Math.min(from, end)
    if (value < end && bytes[value] === SPACE) value += 1
    const text = bytes.toString('utf8', value, end)
    this.#data = this.#data === undefined ? text : `${this.#data}\n${text}`
    this.#limit(this.#data.length)
  }

  #dispatch(): void {
    const data = this.#data
    const comment = this.#comment
    const isError = this.#isError
    this.#data = undefined
    this.#comment = ''
    this.#isError = false
    if (isError) this.#onData(data ?? '', comment)
    // An event whose data is empty is none.
    else if (data) this.#onData(data)
  }

  #limit(bytes: number): void {
    if (bytes > this.#maxEventBytes) throw new RangeError(`an event is larger than ${this.#maxEventBytes} bytes`)
  }
}

/** The bytes after `end` are not of this read: they may be many, and are not searched. */
function indexWithin(bytes: Buffer, byte: number, from: number, end: number): number {
  if (end - from > LONGEST_STEPPED_BYTES) {
    const at = bytes.subarray(from, end).indexOf(byte)
    return at < 0 ? -1 : from + at
  }
  for (let at = from; at < end; at += 1) if (bytes[at] === byte) return at
  return -1
}

function isDataField(bytes: Buffer, from: number, end: number): boolean {
  for (let i = 0; i < DATA.length; i += 1) if (bytes[from + i] !== DATA[i]) return false
  const after = from + DATA.length
  return after === end || (after < end && bytes[after] === COLON)
}

function afterByteOrderMark(bytes: Buffer, from: number, end: number): number {
  return end - from >= 3 && bytes.toString('utf8', from, from + 3) === BYTE_ORDER_MARK ? from + 3 : from
}
