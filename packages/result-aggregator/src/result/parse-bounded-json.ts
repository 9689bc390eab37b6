import { printable } from '@reprise/safe-text'
import { duplicateKey } from './duplicate-key.ts'

/** A text that is no JSON, or more than a reader of foreign files should take in. The message is one safe line. */
export class UnsafeJsonError extends Error {
  override readonly name = 'UnsafeJsonError'
}

/** Deepest nesting of what this project writes is below 12. */
const maxDepth = 32

/**
 * The value of a JSON text that may have been written to do harm: not nested deeply, no keys that reach prototypes or stand there twice,
 * no numbers beyond what a double holds (which JSON.parse makes infinite).
 *
 * @throws UnsafeJsonError
 */
export function parseBoundedJson(text: string): unknown {
  if (depthOf(text) > maxDepth) throw new UnsafeJsonError(`it is nested deeper than ${maxDepth} levels`)
  const value = parse(text)
  refuseTraps(value)
  const twice = duplicateKey(text)
  if (twice !== undefined) throw new UnsafeJsonError(`a key stands in it twice: ${printable(twice, 60)}`)
  return value
}

/** Depth of nesting, strings left out; counted before parsing, so that no recursion meets it. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isString = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 0x22) isString = !isString
    else if (isString) i += code === 0x5c ? 1 : 0
    else if (code === 0x7b || code === 0x5b) depth += 1
    else if (code === 0x7d || code === 0x5d) depth -= 1
    if (depth > deepest) deepest = depth
  }
  return deepest
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnsafeJsonError('it is not JSON')
  }
}

function refuseTraps(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new UnsafeJsonError('a number in it is infinite')
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) {
    if (key === '__proto__') throw new UnsafeJsonError('a key in it is __proto__')
    refuseTraps(each)
  }
}
