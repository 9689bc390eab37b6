/**
 * Foreign text made safe for a message: characters that move the cursor, change direction or break the line become
 * spaces, and what is longer than `limit` characters is cut with an ellipsis.
 */
export function printable(text: string, limit = 120): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return flat.length > limit ? `${flat.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '')}…` : flat
}

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
