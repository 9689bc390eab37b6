/** An object of parsed JSON by whatever fields it has. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A count of something: whole and not negative; also as text, as OTLP writes 64-bit numbers. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined
}

/** Of one prompt or reply: no more than any context has, since blocks are made of them. */
export function tokensOf(value: unknown): number | undefined {
  const count = countOf(value)
  return count !== undefined && count <= 10_000_000 ? count : undefined
}

/** Of a date as text. */
export function unixMsOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/** A length of names, so that none of a log can be a text. */
export function nameOf(value: unknown): string | undefined {
  const text = textOf(value)
  return text !== undefined && text.length <= 200 && !/\s/.test(text) ? text : undefined
}

/** The fields that have a value. */
export function given<Value extends object>(fields: { [Field in keyof Value]: Value[Field] | undefined }): Value {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Value
}
