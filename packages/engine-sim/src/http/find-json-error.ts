export interface JsonError {
  /** Offset of the first character that cannot stand where it stands. */
  readonly at: number
  /** In the words of Python's decoder, which is what clients of vLLM see. */
  readonly message: string
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const word = /true|false|null/y
const space = /[ \t\r\n]*/y

/** Where and why a text is not JSON. To be asked only about texts that `JSON.parse` refused. */
export function findJsonError(source: string): JsonError {
  try {
    const end = skip(space, source, endOfValue(source, skip(space, source, 0)))
    return { at: end, message: 'Extra data' }
  } catch (error) {
    if (error instanceof Misplaced) return { at: error.at, message: error.message }
    if (error instanceof RangeError) return { at: 0, message: 'Nested too deeply' }
    throw error
  }
}

class Misplaced extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

function endOfValue(source: string, at: number): number {
  const first = source[at]
  if (first === '{') return endOfObject(source, at)
  if (first === '[') return endOfArray(source, at)
  if (first === '"') return endOfText(source, at)
  const end = Math.max(skip(number, source, at), skip(word, source, at))
  if (end === at) throw new Misplaced('Expecting value', at)
  return end
}

function endOfObject(source: string, open: number): number {
  let at = skip(space, source, open + 1)
  if (source[at] === '}') return at + 1
  for (;;) {
    if (source[at] !== '"') throw new Misplaced('Expecting property name enclosed in double quotes', at)
    at = skip(space, source, endOfText(source, at))
    if (source[at] !== ':') throw new Misplaced("Expecting ':' delimiter", at)
    at = skip(space, source, endOfValue(source, skip(space, source, at + 1)))
    if (source[at] === '}') return at + 1
    if (source[at] !== ',') throw new Misplaced("Expecting ',' delimiter", at)
    at = skip(space, source, at + 1)
  }
}

function endOfArray(source: string, open: number): number {
  let at = skip(space, source, open + 1)
  if (source[at] === ']') return at + 1
  for (;;) {
    at = skip(space, source, endOfValue(source, at))
    if (source[at] === ']') return at + 1
    if (source[at] !== ',') throw new Misplaced("Expecting ',' delimiter", at)
    at = skip(space, source, at + 1)
  }
}

function endOfText(source: string, at: number): number {
  for (let end = at + 1; source[at] === '"' && end < source.length; ) {
    const unit = source.charCodeAt(end)
    if (unit === quote) return end + 1
    const next = unit === backslash ? skip(escaped, source, end) : unit < 32 ? end : end + 1
    if (next === end) break
    end = next
  }
  throw new Misplaced('Unterminated string or bad character in it', at)
}

const quote = 34
const backslash = 92

function skip(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : at
}
