import { printable } from '@reprise/safe-text'
import type { z } from 'zod'

/** One trace cannot be used; the message names the field and the cure. */
export class InvalidTrace extends Error {
  override readonly name = 'InvalidTrace'
  readonly trace?: string
  readonly code: 'record' | 'duplicate-id'

  constructor(message: string, trace?: string, code: InvalidTrace['code'] = 'record') {
    super(message)
    if (trace !== undefined) this.trace = trace
    this.code = code
  }
}

/**
 * The value by its schema; names every field that the schema does not know.
 *
 * @throws InvalidTrace naming the first wrong field.
 */
export function checked<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  value: unknown,
  path: string,
  unknownField: (name: string) => void,
): z.infer<z.ZodObject<Shape>> {
  const result = schema.safeParse(value)
  if (!result.success) throw new InvalidTrace(firstIssue(result.error, path), idOf(value))
  for (const name of Object.keys(value as object)) if (!Object.hasOwn(schema.shape, name)) unknownField(name)
  return result.data
}

function firstIssue(error: z.ZodError, path: string): string {
  const issue = error.issues[0]
  const field = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  const place = printable(`${path}${field}`.replace(/^\./, '')) || 'trace'
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more fields)` : ''
  const reason = printable(issue?.message ?? 'invalid').replace(
    /^Invalid input: (.*), received undefined$/,
    '$1, found nothing',
  )
  return `${place}: ${reason}${more}; correct the trace or remove it`
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
    ? value.id
    : undefined
}
