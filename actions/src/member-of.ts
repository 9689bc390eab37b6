/** A text or a number of a JSON object, as text; undefined where there is none. */
export function memberOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  const member = (value as Record<string, unknown>)[name]
  return typeof member === 'string' || typeof member === 'number' ? String(member) : undefined
}
