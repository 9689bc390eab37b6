import { printable } from '@reprise/safe-text'

/** A value of a YAML file as a message quotes it: JSON, safe to print, at most 60 characters. */
export function quoted(value: unknown): string {
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an impossible date' : value.toISOString().slice(0, 10)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value) && value.length > 20) return `a list of ${value.length}`
  try {
    return printable(JSON.stringify(value) ?? String(value), 60)
  } catch {
    return 'a value too large to print'
  }
}
