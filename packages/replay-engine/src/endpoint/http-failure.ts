import { printable } from '@reprise/safe-text'
import type { FailureClass } from '@reprise/wire'
import { codeOf, cureOfClientHost, tellingError } from './client-host.ts'
import { MalformedHttp } from './malformed-http.ts'

interface Failure {
  readonly class: FailureClass
  readonly message: string
}

/** A transport's error as a failure of the request. `hasStarted`: the connection stood. */
export function failureOf(error: unknown, hasStarted: boolean): Failure {
  if (!hasStarted) return unconnected(error)
  return { class: error instanceof MalformedHttp ? 'malformed-reply' : 'disconnect', message: reasonOf(error) }
}

function unconnected(error: unknown): Failure {
  const message = reasonOf(error)
  const cure = cureOfClientHost(error)
  return cure === undefined ? { class: 'connect', message } : { class: 'client-host', message: `${message}: ${cure}` }
}

/** One line that says what the transport met, for a message. */
export function reasonOf(error: unknown): string {
  const telling = tellingError(error)
  const message = telling instanceof Error ? telling.message : String(telling)
  return printable(message, 400) || codeOf(telling) || 'the connection failed'
}
