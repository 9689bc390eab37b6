import { ChatStream } from './chat-stream.ts'

/** Chunks of some servers can never be learned; trying costs as much as reading one. */
const MAX_ATTEMPTS = 4

const LONGEST_TEXT_BYTES = 256
const SPACE = 32
const QUOTE = 34
const BACKSLASH = 92
const DELETE = 127

/**
 * What the chunks of one reply have in common: all of their bytes but the text.
 *
 * A chunk that is like one that has been read, but for a text of plain characters, is known to bring answer text and nothing else, and
 * needs no parsing. What differs in any other way is not recognised, and has to be read.
 */
export class ChunkTemplate {
  /** What comes before the text, then what comes after it. Kept for the next reply, where it is large enough. */
  #bytes = Buffer.alloc(0)
  #headBytes = 0
  #tailBytes = 0
  #attempts = 0
  #textBytes = 0

  /** Length of the text that `endOf` has seen last. */
  get textBytes(): number {
    return this.#textBytes
  }

  /** Takes the data of an event that brought `answer`; it becomes the template if it brings nothing but its text. */
  learn(data: string, answer: string): void {
    if (this.#headBytes > 0 || this.#attempts >= MAX_ATTEMPTS) return
    // What came on several lines does not look like this on the wire.
    if (/[\n\r]/.test(data)) return
    this.#attempts += 1
    const quoted = JSON.stringify(answer)
    const at = data.indexOf(quoted)
    if (at < 0) return
    const head = data.slice(0, at + 1)
    const tail = data.slice(at + quoted.length - 1)
    if (isTextOnly(head, tail)) this.#keep(head, tail)
  }

  /** Makes it ready for another reply. */
  forget(): void {
    this.#headBytes = 0
    this.#attempts = 0
  }

  /** Where the data that begin at `from` end, at most `end`, if they are the template with another text, not empty; otherwise -1. */
  endOf(bytes: Buffer, from: number, end: number): number {
    const template = this.#bytes
    const head = this.#headBytes
    const tail = this.#tailBytes
    const textFrom = from + head
    if (head === 0 || textFrom + tail >= end) return -1
    if (bytes.compare(template, 0, head, from, textFrom) !== 0) return -1
    const textEnd = endOfPlain(bytes, textFrom, Math.min(end - tail, textFrom + LONGEST_TEXT_BYTES))
    if (textEnd === textFrom || bytes.compare(template, head, head + tail, textEnd, textEnd + tail) !== 0) return -1
    this.#textBytes = textEnd - textFrom
    return textEnd + tail
  }

  #keep(head: string, tail: string): void {
    const headBytes = Buffer.byteLength(head)
    const tailBytes = Buffer.byteLength(tail)
    if (headBytes + tailBytes > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(headBytes + tailBytes)
    this.#bytes.write(head, 0)
    this.#bytes.write(tail, headBytes)
    this.#headBytes = headBytes
    this.#tailBytes = tailBytes
  }
}

/** Position of the first byte that is not plain; at most `end`. */
function endOfPlain(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && isPlain(bytes[at]!)) at += 1
  return at
}

/** Reads the chunk with a text of our own: whatever text stands there, the rest of the chunk means the same. */
function isTextOnly(head: string, tail: string): boolean {
  const probe = 'text'
  const stream = new ChatStream()
  const event = stream.read(head + probe + tail)
  return (
    event.kind === 'payload' &&
    event.tokens === undefined &&
    event.text.answer === probe &&
    event.text.reasoning === '' &&
    event.text.tool === '' &&
    stream.usage === undefined &&
    stream.finishReason === undefined
  )
}

/** A character of ASCII that stands for itself in JSON. */
function isPlain(byte: number): boolean {
  return byte >= SPACE && byte < DELETE && byte !== QUOTE && byte !== BACKSLASH
}
