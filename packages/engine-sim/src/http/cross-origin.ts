import { type Exchange, sendText } from './exchange.ts'

/** Source: `ALL_METHODS` of Starlette's `CORSMiddleware`, as vLLM sets that up by itself: any origin, any method, any header, no credentials. */
const methods = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'

/** Pages of any origin may read the replies. */
export function allowOrigin({ request, response }: Exchange): void {
  if (request.headers.origin !== undefined) response.setHeader('access-control-allow-origin', '*')
}

/** Answers a browser that asks whether a page may send a request; false where the exchange is another. */
export function answerPreflight({ request, response }: Exchange): boolean {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': asked } = request.headers
  if (request.method !== 'OPTIONS' || origin === undefined || method === undefined) return false
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-methods', methods)
  response.setHeader('access-control-max-age', '600')
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked)
  sendText(response, 'OK', { type: 'text/plain; charset=utf-8', status: 200 })
  return true
}
