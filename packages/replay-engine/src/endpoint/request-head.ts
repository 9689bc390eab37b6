/**
 * Renders the heads of requests that differ in the length of their bodies, in their ids and in further lines where they have any.
 *
 * @throws RangeError when a value cannot stand in a header.
 */
export function requestHeadRenderer({
  path,
  host,
  headers,
}: {
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}): (request: { readonly bodyBytes: number; readonly id?: string; readonly lines?: string }) => string {
  const fields = Object.entries({ host, connection: 'keep-alive', ...headers })
  for (const [name, value] of fields) {
    if (!standsInHeader(value)) throw new RangeError(`the value of ${name} cannot stand in an HTTP header`)
  }
  const fixed = `POST ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
  return ({ bodyBytes, id, lines = '' }) =>
    `${fixed}${lines}${id === undefined ? '' : `x-request-id: ${id}\r\n`}content-length: ${bodyBytes}\r\n\r\n`
}

/** Whether the value of a header can be this text. */
export function standsInHeader(text: string): boolean {
  return /^[\t -~\x80-\xff]*$/.test(text)
}
