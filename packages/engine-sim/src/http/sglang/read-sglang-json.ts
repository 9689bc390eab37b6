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
  throw new ApiError(`1 validation error:\n  ${shown}`, { type: 'Bad Request', problems: [{ loc, msg, shown }] })
}

/** Source: `validate_json_request` of SGLang 0.5.23, `entrypoints/http_server.py`. */
const loc = 'header.content-type'
const msg = "Unsupported Media Type: Only 'application/json' is allowed"
const shown = `{'loc': ['header', 'content-type'], 'msg': "${msg}", 'type': 'value_error'}`
