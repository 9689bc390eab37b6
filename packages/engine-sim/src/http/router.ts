import { ApiError } from './api-error.ts'
import { allowOrigin, answerPreflight } from './cross-origin.ts'
import { ClientGone, type Exchange, type Handler, pathOf, sendJson } from './exchange.ts'

type Method = 'GET' | 'POST' | 'PUT'

/** Handlers by path and method. */
export type Routes = Readonly<Record<string, Readonly<Partial<Record<Method, Handler>>>>>

/** What a server answers, and in which form it says that it cannot. */
interface Answers {
  readonly routes: Routes
  readonly renderError: (error: ApiError) => string
}

/** Answers an exchange by its route. What a client did wrong becomes a reply; a bug of ours becomes a reply 500 and is told. Never rejects. */
export async function route({ routes, renderError }: Answers, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  response.setHeader('server', 'reprise')
  keepAliveLikeUvicorn(exchange)
  if (answerPreflight(exchange)) return
  allowOrigin(exchange)
  const path = pathOf(request)
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) return answerUnknown(routes, exchange)
  const handler = Object.hasOwn(methods, request.method ?? '') ? methods[request.method as Method] : undefined
  if (!handler) {
    response.setHeader('allow', Object.keys(methods).join(', '))
    return sendJson(response, '{"detail":"Method Not Allowed"}', 405)
  }
  try {
    await handler(exchange)
  } catch (error) {
    replyToError(exchange, error, renderError)
  }
}

/** One slash too many leads where it would be without. Source: `redirect_slashes` of Starlette. */
function answerUnknown(routes: Routes, { request, response }: Exchange): void {
  const path = pathOf(request)
  const bare = path.replace(/\/+$/, '')
  if (bare === path || !Object.hasOwn(routes, bare)) {
    sendJson(response, '{"detail":"Not Found"}', 404)
    return
  }
  const { host = '' } = request.headers
  const query = request.url?.match(/\?.*/)?.[0] ?? ''
  response.writeHead(307, { 'content-length': 0, location: `${host && `http://${host}`}${bare}${query}` })
  response.end()
}

function replyToError({ response, onError }: Exchange, error: unknown, renderError: Answers['renderError']): void {
  if (error instanceof ClientGone) return
  const known = error instanceof ApiError
  const shown = known ? error : new ApiError('Internal server error', { status: 500, type: 'InternalServerError' })
  if (response.headersSent) response.destroy()
  else sendJson(response, renderError(shown), shown.status)
  if (!known) onError(error)
}

/** uvicorn keeps a connection open without saying so, and says `close` only to a client that asked for it. */
function keepAliveLikeUvicorn({ request, response }: Exchange): void {
  if (request.headers.connection?.toLowerCase() === 'close') response.setHeader('connection', 'close')
  else response.removeHeader('connection')
}
