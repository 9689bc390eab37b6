const TAB = 9
const SPACE = 32
const BRACE = 123
const BRACKET = 91

/** How a reply is written: as a stream of events, as one JSON value, or as what begins like neither, in which events may yet come. */
export type ReplyForm = 'stream' | 'json' | 'strange'

/** First letters of what a line of a stream may be: a comment, `data`, `event`, `id`, `retry`, and `error` of llama.cpp. */
const STREAM_BEGINS = [...Buffer.from(':deir')]

/**
 * Where a reply begins: position of the first byte that is no white space and not of a byte order mark; `end` where there is none.
 * Nothing that may stand before it means anything in either form.
 */
export function beginOfReply(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && isFiller(bytes[at]!)) at += 1
  return at
}

/** By its first byte. What a server calls it is no help: gateways name one and send the other. */
export function formOf(first: number): ReplyForm {
  if (first === BRACE || first === BRACKET) return 'json'
  return STREAM_BEGINS.includes(first) ? 'stream' : 'strange'
}

/** White space of any kind, and EF BB BF, with which no reply begins. */
function isFiller(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= 13) || byte === 0xef || byte === 0xbb || byte === 0xbf
}
