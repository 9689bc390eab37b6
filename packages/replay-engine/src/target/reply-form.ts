import { cleanText } from '@reprise/wire'

const TAB = 9
const SPACE = 32
const BRACE = 123
const BRACKET = 91

/** How a reply is written: as a stream of events, or as one JSON value. */
export type ReplyForm = 'stream' | 'json'

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
  return first === BRACE || first === BRACKET ? 'json' : 'stream'
}

/** The beginning of what should have been a stream, in words for a message; undefined where it may be one. */
export function strangeBegin(bytes: Buffer, from: number, end: number): string | undefined {
  const begin = bytes.toString('utf8', from, Math.min(end, from + 400))
  return /^(:|data|event|id|retry|error)/.test(begin) ? undefined : cleanText(begin, 80)
}

/** White space of any kind, and EF BB BF, with which no reply begins. */
function isFiller(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= 13) || byte === 0xef || byte === 0xbb || byte === 0xbf
}
