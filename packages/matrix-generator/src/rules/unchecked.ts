import { isMapping, type Mapping } from '@reprise/config-file'

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
