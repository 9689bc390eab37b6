import { printable } from '@reprise/safe-text'
import { MalformedHttp } from './malformed-http.ts'

/** Status line and header fields of a reply, and what follows from them for its body and its connection. */
export interface ResponseHead {
  readonly status: number
  /** Names in lower case; the values of fields of one name are joined by a comma. */
  readonly headers: ReadonlyMap<string, string>
  /** How the end of the body is known; a number: after so many bytes. */
  readonly body: number | 'chunked' | 'until-close'
  /** Another request may follow on the connection. */
  readonly keepsAlive: boolean
  /** After so long without a request the server closes the connection; absent where it does not say. */
  readonly keepAliveMs?: number
}

/**
 * Reads the head of a reply to a POST.
 *
 * Stricter than it need be where leniency would hide a broken server: lines end in CRLF, a field stands on one line, a length is told once,
 * and no transfer coding but `chunked` is taken, since none is asked for.
 *
 * Source: RFC 9112, 4, 5, 6.3 and 9.3; `Keep-Alive`: RFC 2068, 19.7.1.1.
 *
 * @param text up to the empty line (exclusive), one character for each byte.
 * @throws MalformedHttp
 */
export function parseResponseHead(text: string): ResponseHead {
  const [statusLine = '', ...fields] = text.split('\r\n')
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?$/.exec(statusLine) ?? []
  if (code === undefined) throw new MalformedHttp(`not a status line of HTTP/1: ${printable(statusLine, 80)}`)
  const status = Number(code)
  const headers = headersOf(fields)
  const body = bodyOf(status, headers)
  const keepAliveMs = keepAliveOf(headers)
  return {
    status,
    headers,
    body,
    keepsAlive: body !== 'until-close' && isKept(minor === '1', headers),
    ...(keepAliveMs !== undefined && { keepAliveMs }),
  }
}

function headersOf(fields: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const field of fields) {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+):[\t ]*([\t -~\x80-\xff]*)$/.exec(field) ?? []
    if (name === undefined || value === undefined) throw new MalformedHttp(`not a header: ${printable(field, 80)}`)
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value.trimEnd() : `${before}, ${value.trimEnd()}`)
  }
  return headers
}

function bodyOf(status: number, headers: ReadonlyMap<string, string>): ResponseHead['body'] {
  if (status === 101) throw new MalformedHttp('the server changed to another protocol')
  if (status < 200 || status === 204 || status === 304) return 0
  const coding = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  if (coding !== undefined) {
    if (length !== undefined) throw new MalformedHttp('Transfer-Encoding and Content-Length in one reply')
    if (coding.toLowerCase() === 'chunked') return 'chunked'
    throw new MalformedHttp(`a transfer coding that was not asked for: ${printable(coding, 40)}`)
  }
  if (length === undefined) return 'until-close'
  // As many digits as a whole number holds for certain.
  if (/^\d{1,15}$/.test(length)) return Number(length)
  throw new MalformedHttp(`not a Content-Length: ${printable(length, 40)}`)
}

function isKept(isVersion11: boolean, headers: ReadonlyMap<string, string>): boolean {
  const wishes = (headers.get('connection') ?? '').toLowerCase().split(/[\t ]*,[\t ]*/)
  if (wishes.includes('close')) return false
  // A peer that speaks 1.0 and uses a coding of 1.1 passes on what it does not understand.
  return isVersion11 || (wishes.includes('keep-alive') && !headers.has('transfer-encoding'))
}

function keepAliveOf(headers: ReadonlyMap<string, string>): number | undefined {
  const seconds = /\btimeout=(\d{1,9})\b/i.exec(headers.get('keep-alive') ?? '')?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1e3
}
