/** A mapping of a parsed but unchecked file. */
export type Mapping = Readonly<Record<string, unknown>>

/** Is it a mapping of a file, and no list and no date? */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
