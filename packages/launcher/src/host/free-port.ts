import { createServer } from 'node:net'
import type { Address } from '../plan/fill-command.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { ProcessCopy } from '../plan/planned-process.ts'

/** Says where processes of this machine are to listen; no port is given twice. @throws LaunchError like `choosePort` */
export function localAddresses(): (copy: ProcessCopy) => Promise<Address> {
  const given = new Set<number>()
  const next = async (wanted: 'auto' | number): Promise<number> => {
    const port = await choosePort(wanted)
    if (wanted === 'auto' && given.has(port)) return next(wanted)
    given.add(port)
    return port
  }
  return async ({ copy, planned: { port, morePorts } }) => {
    const chosen = await next(port === 'auto' ? port : port + copy)
    const more: [string, number][] = []
    for (const name of morePorts) more.push([name, await next('auto')])
    return { host: '127.0.0.1', port: chosen, ...(more.length > 0 && { morePorts: Object.fromEntries(more) }) }
  }
}

/**
 * The port that a server is to listen on: the fixed one, or one that is free now. Somebody may still take it before the server does.
 *
 * @throws LaunchError when the fixed one is taken.
 */
export async function choosePort(wanted: 'auto' | number): Promise<number> {
  try {
    return await freePort(wanted === 'auto' ? 0 : wanted)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new LaunchError(
      code === 'EADDRINUSE'
        ? `port ${wanted} is taken; end what listens there, or write port: auto in the runner's profile`
        : `port ${wanted} cannot be listened on (${code}); write port: auto in the runner's profile`,
      { failureClass: 'infrastructure', phase: 'start' },
    )
  }
}

/** Listens and lets go. On all addresses, as most engines do. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
