import { printable } from '@reprise/safe-text'

/** A text that is no JSON, and where it stops being so. */
export class InvalidJson extends Error {
  override readonly name = 'InvalidJson'
  /** 1-based, within the text. */
  readonly line?: number
  readonly column?: number

  constructor(message: string, place: { line: number; column: number } | undefined) {
    super(message)
    if (place) Object.assign(this, place)
  }
}

/**
 * The value of a JSON text.
 *
 * @throws InvalidJson with the line and column where the text stops making sense, as far as they are known; and for a text whose value would
 * take much more memory than the text.
 */
export function parseJson(text: string): unknown {
  // Smaller ones cannot take much, and looking at every byte would cost a tenth of the reading.
  if (text.length > smallText) refuseHeavy(text)
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = positionOf(message, text)
    throw new InvalidJson(
      reasonOf(message, text, position),
      position === undefined ? undefined : placeOf(text, position),
    )
  }
}

const smallText = 4 * 1024 * 1024
/** A request has four. */
const maxContainers = 4_000_000
const maxValues = 80_000_000
const maxDepth = 200

/** What the parser would make of the text is counted before it makes it: `[[[` and `{},{},` become twenty times as large. */
function refuseHeavy(text: string): void {
  let depth = 0
  let containers = 0
  let values = 0
  let isString = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x22) isString = !isString
    else if (isString) i += code === 0x5c ? 1 : 0
    else if (code === 0x2c) values += 1
    else if (code === 0x7b || code === 0x5b) {
      containers += 1
      depth += 1
      if (depth > maxDepth || containers > maxContainers) break
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  const what =
    depth > maxDepth
      ? `nested deeper than ${maxDepth} levels`
      : containers > maxContainers
        ? `more than ${maxContainers} objects and lists`
        : values > maxValues
          ? `more than ${maxValues} values`
          : undefined
  if (what !== undefined) throw new InvalidJson(`${what}, as no trace has; correct or remove it`, undefined)
}

/** The engine names the position in most of its messages; where the text just ends, it is the end. */
function positionOf(message: string, text: string): number | undefined {
  const named = /at position (\d+)/.exec(message)?.[1]
  if (named !== undefined) return Number(named)
  if (/end of JSON input/.test(message)) return text.length
  return /^Unexpected token/.test(message) && text.length <= smallText ? tokenPosition(text) : undefined
}

/** Where the longest beginning of the text ends that could still become JSON: found by halving, since the engine does not say. */
function tokenPosition(text: string): number {
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (couldGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function couldGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const named = /at position (\d+)/.exec(message)?.[1]
    return /end of JSON input|^Unterminated/.test(message) || (named !== undefined && Number(named) >= beginning.length)
  }
}

function reasonOf(message: string, text: string, position: number | undefined): string {
  const end = text.trimEnd().length
  if (end === 0) return 'the file is empty; remove it or fetch it again'
  if (position !== undefined && position >= end)
    return 'the JSON ends early; the file is cut off, fetch or write it again'
  if (/after JSON/.test(message))
    return 'more text after the end of the JSON; if it holds one trace a line, name it .jsonl'
  const reason = printable(message.replace(/ in JSON at position.*$/s, ''), 100)
  return `not valid JSON: ${reason}; correct or remove it`
}

function placeOf(text: string, position: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let at = 0; at < position; at += 1) {
    if (text.charCodeAt(at) !== 10) continue
    line += 1
    lineStart = at + 1
  }
  return { line, column: position - lineStart + 1 }
}
