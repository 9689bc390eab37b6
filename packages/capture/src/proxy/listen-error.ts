/** What is wrong with an address that is to be listened on; the message holds the cure. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

interface ListenPlace {
  readonly host: string
  readonly port: number
  /** What names another port, and what another host. */
  readonly flags: readonly [port: string, host: string]
}

export function listenError(
  { code, message }: NodeJS.ErrnoException,
  { host, port, flags: [portFlag, hostFlag] }: ListenPlace,
): ListenError {
  const place = `${host}:${port}`
  if (code === 'EADDRINUSE')
    return new ListenError(`${place} is taken; name another port with ${portFlag}, or 0 for a free one`)
  if (code === 'EACCES')
    return new ListenError(`${place} may not be listened on; name a port above 1023 with ${portFlag}`)
  return new ListenError(
    `${place} cannot be listened on (${code ?? message}); name an address of this machine with ${hostFlag}`,
  )
}
