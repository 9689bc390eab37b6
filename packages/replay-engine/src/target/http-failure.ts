import { cleanText } from '@reprise/wire'
import type { FailureClass } from './target.ts'

/** A transport's error as a failure of the request. `hasStarted`: the connection stood. */
export function failureOf(
  error: unknown,
  hasStarted: boolean,
): { readonly class: FailureClass; readonly message: string } {
  const code = codeOf(error)
  if (!hasStarted) return { class: 'connect', message: reasonOf(error) }
  // undici's parser error is known by its name: it has a code only now and then.
  const isParserError =
    (error instanceof Error && error.name === 'HTTPParserError') ||
    code.startsWith('UND_ERR_RES') ||
    code === 'UND_ERR_HEADERS_OVERFLOW'
  return { class: isParserError ? 'malformed-reply' : 'disconnect', message: reasonOf(error) }
}

/** One line that says what the transport met, for a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause)
  const message = error instanceof Error ? error.message : String(error)
  return cleanText(message) || codeOf(error) || 'the connection failed'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
