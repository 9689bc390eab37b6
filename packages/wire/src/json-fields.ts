export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key]
  return isObject(value) ? value : undefined
}

/** Undefined also for an empty string: on the wire both mean that nothing was said. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function listAt(object: JsonObject, key: string): readonly unknown[] {
  const value = object[key]
  return Array.isArray(value) ? value : []
}

/** Undefined where the text is not JSON. What JSON has no word for, but some servers write all the same, becomes a text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return NO_NUMBER.test(text) ? parseJson(text.replaceAll(NO_NUMBERS, '$1"$2"')) : undefined
  }
}

/** As Python writes them. Looked for only in what could not be read. */
const NO_NUMBER = /[:,[]\s*-?(?:NaN|Infinity)\s*[,}\]]/
const NO_NUMBERS = /([:,[]\s*)(-?(?:NaN|Infinity))(?=\s*[,}\]])/g
