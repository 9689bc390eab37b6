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
  #head: Buffer | undefined
  #tail: Buffer | undefined
  #attempts = 0

  /** Takes the data of an event that brought `answer`; it becomes the template if it brings nothing but its text. */
  learn(data: string, answer: string): void {
    if (this.#head || this.#attempts >= MAX_ATTEMPTS) return
    this.#attempts += 1
    const quoted = JSON.stringify(answer)
    const at = data.indexOf(quoted)
    if (at < 0) return
    const head = data.slice(0, at + 1)
    const tail = data.slice(at + quoted.length - 1)
    if (!isTextOnly(head, tail)) return
    this.#head = Buffer.from(head)
    this.#tail = Buffer.from(tail)
  }

  /** Whether the data in `bytes`, `from` (inclusive) to `end` (exclusive), is the template with another text, not empty. */
  matches(bytes: Buffer, from: number, end: number): boolean {
    const head = this.#head
    const tail = this.#tail
    if (!head || !tail) return false
    const textFrom = from + head.length
    const textEnd = end - tail.length
    if (textFrom >= textEnd || textEnd - textFrom > LONGEST_TEXT_BYTES) return false
    if (bytes.compare(head, 0, head.length, from, textFrom) !== 0) return false
    if (bytes.compare(tail, 0, tail.length, textEnd, end) !== 0) return false
    for (let i = textFrom; i < textEnd; i += 1) if (!isPlain(bytes[i]!)) return false
    return true
  }
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
