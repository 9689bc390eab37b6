/**
 * Headers that are of one connection alone, and not of the message.
 *
 * Source: RFC 9110, 7.6.1; `Keep-Alive` and `Proxy-Connection` of older clients.
 */
const ofOneConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/**
 * The headers that a message is passed on with, as names and values in turn: as they came, in their order, with those of the connection left out
 * and `Host` as given.
 */
export function passedHeaders(raw: readonly string[], { host }: { readonly host?: string } = {}): string[] {
  const named = namedByConnection(raw)
  const passed: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase()
    if (ofOneConnection.has(name) || named.has(name)) continue
    passed.push(raw[at]!, name === 'host' && host !== undefined ? host : raw[at + 1]!)
  }
  return passed
}

/** The value of the first header of that name, which is in lower case. */
export function headerIn(raw: readonly string[], name: string): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2) if (raw[at]!.toLowerCase() === name) return raw[at + 1]
  return undefined
}

/** `Connection` may name more headers that go no further. A length is always of the message: whoever names it would smuggle a second one. */
function namedByConnection(raw: readonly string[]): ReadonlySet<string> {
  const connection = headerIn(raw, 'connection')?.toLowerCase().split(',') ?? []
  const names = new Set(connection.map((name) => name.trim()))
  for (const kept of ['content-length', 'content-encoding', 'content-type', 'host']) names.delete(kept)
  return names
}
