import { type ServerResponse, STATUS_CODES } from 'node:http'

/** A reply of the proxy's own, in the shape in which OpenAI-style and Anthropic-style clients look for an error. */
export function ownReply(response: ServerResponse, status: number, { type, message }: OwnError): void {
  const body = Buffer.from(`${JSON.stringify({ type: 'error', error: { type, code: type, message } })}\n`)
  response.writeHead(status, STATUS_CODES[status], {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
  })
  response.end(body)
}

interface OwnError {
  readonly type: 'upstream_unreachable' | 'upstream_broken' | 'no_forward_proxy'
  readonly message: string
}

/** Why the upstream gave no reply, and what to do. `origin` holds no secret: addresses with one are refused at the start. */
export function upstreamError(error: NodeJS.ErrnoException, origin: string): OwnError {
  const code = error.code ?? error.name
  if (code.startsWith('HPE_') || code.startsWith('ERR_INVALID_'))
    return {
      type: 'upstream_broken',
      message: `reprise capture: what ${origin} sent is no HTTP/1.1 (${code}); check the scheme and the port of --upstream`,
    }
  if (/CERT|SIGNATURE/.test(code))
    return {
      type: 'upstream_unreachable',
      message: `reprise capture: the certificate of ${origin} is not trusted (${code}); start the capture with NODE_EXTRA_CA_CERTS=FILE, the certificate of its authority`,
    }
  if (refusals.has(code) || /SSL|TLS/.test(code))
    return {
      type: 'upstream_unreachable',
      message: `reprise capture: ${origin} cannot be reached (${code}); start it, or correct --upstream`,
    }
  return {
    type: 'upstream_broken',
    message: `reprise capture: ${origin} closed the connection before it replied (${code})`,
  }
}

const refusals: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPROTO',
  'EMFILE',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'EACCES',
])
