import type { IncomingMessage } from 'node:http'
import { ApiError } from '../api-error.ts'
import { readBody, saysJson } from '../exchange.ts'

/**
 * The body of a request that says that it is JSON, as text.
 *
 * @throws as `readBody`; ApiError 400 when it says something else, or nothing, in SGLang's words.
 */
export async function readSglangJson(request: IncomingMessage): Promise<string> {
  if (saysJson(request)) return readBody(request)
  request.resume()
  throw new ApiError(`1 validation error:\n  ${notJson}`, { type: 'Bad Request', problems: [notJson] })
}

/** Source: `validate_json_request` of SGLang 0.5.23, `entrypoints/http_server.py`. */
const notJson = `{'loc': ['header', 'content-type'], 'msg': "Unsupported Media Type: Only 'application/json' is allowed", 'type': 'value_error'}`
