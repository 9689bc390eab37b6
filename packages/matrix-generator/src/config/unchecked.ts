/** A mapping of a parsed but unchecked file. */
export type Mapping = Readonly<Record<string, unknown>>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The value if it is a mapping, else an empty one, so that a rule can look inside without asking first. */
export function asMapping(value: unknown): Mapping {
  return isMapping(value) ? value : {}
}

/** The value if it is a list, else an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value if it is a whole number. */
export function asInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** Absent and null are the same in a master file. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null
}
