/** What a host needs to open connections, by the code of the system that says it is missing. */
const cures: ReadonlyMap<string, string> = new Map([
  [
    'EMFILE',
    'this process has as many files open as it may: raise the limit on the client (ulimit -Hn, LimitNOFILE, --ulimit nofile)',
  ],
  ['ENFILE', 'the client has as many files open as its system may: raise fs.file-max there'],
  [
    'EADDRNOTAVAIL',
    'the client has no local address or port left to connect from: widen net.ipv4.ip_local_port_range there, or spread the load over more clients',
  ],
  ['ENOBUFS', 'the client has no buffers left for another connection: spread the load over more clients'],
  ['ENOMEM', 'the client has no memory left for another connection: spread the load over more clients'],
  ['ENETUNREACH', 'the client has no route to that network: see its routes and interfaces'],
  ['ENETDOWN', 'the network of the client is down: see its interfaces'],
  ['EACCES', 'the client may not connect there: see its firewall and its sandbox'],
  ['EPERM', 'the client may not connect there: see its firewall and its sandbox'],
])

/**
 * What to mend on the client's own host, where that is why a connection was not opened; undefined where the server, or what lies between,
 * may be at fault. Where several addresses of a name were tried, all must have failed so: without IPv6, one of them always does.
 */
export function cureOfClientHost(error: unknown): string | undefined {
  return cures.get(codeOf(tellingError(error)))
}

/** The error that says most: of those of several addresses, one that is not the client's own. */
export function tellingError(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const causes = error.errors.map(tellingError)
    return causes.find((cause) => !cures.has(codeOf(cause))) ?? causes[0]
  }
  return error instanceof Error && error.cause instanceof Error ? tellingError(error.cause) : error
}

/** The system's code; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
