import { printable } from '../printable.ts'

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
 * @throws InvalidJson with the line and column where the text stops making sense.
 */
export function parseJson(text: string): unknown {
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

/** The engine names the position in most of its messages; where the text just ends, it is the end. */
function positionOf(message: string, text: string): number | undefined {
  const named = /at position (\d+)/.exec(message)?.[1]
  if (named !== undefined) return Number(named)
  return /end of JSON input/.test(message)
    ? text.length
    : /^Unexpected token/.test(message)
      ? tokenPosition(text)
      : undefined
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
  if (text.trim() === '') return 'the file is empty; remove it or fetch it again'
  if (position !== undefined && position >= text.trimEnd().length) {
    return 'the JSON ends early; the file is cut off, fetch or write it again'
  }
  if (/after JSON/.test(message))
    return 'more text after the end of the JSON; if it holds one trace a line, name it .jsonl'
  const reason = printable(message.replace(/ in JSON at position.*$/s, ''), 100)
  return `not valid JSON: ${reason}; correct or remove it`
}

function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: position - lineStart + 1 }
}
