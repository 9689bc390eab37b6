import { cleanText } from '@reprise/wire'
import { MalformedHttp } from './malformed-http.ts'
import type { FailureClass } from './target.ts'

/** A transport's error as a failure of the request. `hasStarted`: the connection stood. */
export function failureOf(
  error: unknown,
  hasStarted: boolean,
): { readonly class: FailureClass; readonly message: string } {
  if (!hasStarted) return { class: 'connect', message: reasonOf(error) }
  return { class: error instanceof MalformedHttp ? 'malformed-reply' : 'disconnect', message: reasonOf(error) }
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
