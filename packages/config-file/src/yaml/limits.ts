/** Larger texts are refused before they are parsed; the largest public master file is 0.4 MB. Characters. */
export const maxTextLength = 1024 * 1024

/** Deeper nesting is refused before it is parsed; a master file needs 9 levels. */
export const maxDepth = 48

/** More values than this, aliases counted each time they are used, are refused; the largest public file has 60,000. */
export const maxValues = 500_000

/**
 * The offset at which the nesting of a YAML text passes `limit` levels; absent if it never does.
 *
 * A single pass without recursion, so that a hostile text is found out before the parser, which recurses, sees it. It counts
 * flow brackets outside quotes and comments, indentation, and the `- - -` and `? ? ?` of compact collections; it may count
 * brackets inside block text, which no file has by the dozen.
 */
export function findTooDeep(text: string, limit: number = maxDepth): number | undefined {
  const indents: number[] = []
  let flow = 0
  let at = 0
  while (at < text.length) {
    if (flow === 0) {
      const start = skipIndent(text, at, indents, limit)
      if (indents.length > limit) return start
      at = start
    }
    const end = scanLine(text, at, flow, limit - indents.length)
    if (end.tooDeepAt !== undefined) return end.tooDeepAt
    flow = end.flow
    at = end.next
  }
  return undefined
}

/** Pushes the levels that a line's indentation and its `- ` and `? ` markers open; gives back where its content starts. */
function skipIndent(text: string, lineStart: number, indents: number[], limit: number): number {
  let at = lineStart
  let column = 0
  while (text[at] === ' ') {
    at++
    column++
  }
  const isBlank = at >= text.length || text[at] === '\n' || text[at] === '\r' || text[at] === '#'
  if (isBlank) return at
  while (indents.length > 0 && indents.at(-1)! >= column) indents.pop()
  indents.push(column)
  while (indents.length <= limit && (text[at] === '-' || text[at] === '?') && text[at + 1] === ' ') {
    let skip = 1
    while (text[at + skip] === ' ') skip++
    at += skip
    column += skip
    indents.push(column)
  }
  return at
}

interface LineEnd {
  readonly next: number
  readonly flow: number
  readonly tooDeepAt?: number
}

function scanLine(text: string, from: number, flowBefore: number, limit: number): LineEnd {
  let flow = flowBefore
  let before = ' '
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (character === '\n') return { next: at + 1, flow }
    if (character === '#' && /\s/.test(before)) return { next: endOfLine(text, at), flow }
    if ((character === '"' || character === "'") && /[\s,:[{-]/.test(before)) {
      at = endOfQuote(text, at)
    } else if (character === '[' || character === '{') {
      flow++
      if (flow > limit) return { next: at, flow, tooDeepAt: at }
    } else if (character === ']' || character === '}') {
      flow = Math.max(0, flow - 1)
    }
    before = character
  }
  return { next: text.length, flow }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end + 1
}

function endOfQuote(text: string, open: number): number {
  const quote = text[open]!
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++
    else if (text[at] === quote) return at
  }
  return text.length
}
