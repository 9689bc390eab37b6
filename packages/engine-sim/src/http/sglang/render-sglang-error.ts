import type { ApiError } from '../api-error.ts'

/**
 * The JSON body of an error of the OpenAI routes. It names no field; problems of a body are told twice, as there.
 *
 * Source: `entrypoints/http_server.py` (`validation_exception_handler`) and `entrypoints/openai/protocol.py` (`ErrorResponse`) of SGLang 0.5.23.
 */
export function renderSglangError({ message, problems, type, status }: ApiError): string {
  const told = problems ? `${message} [${problems.map(({ shown }) => shown).join(', ')}]` : message
  return JSON.stringify({ object: 'error', message: told, type, param: null, code: status })
}
