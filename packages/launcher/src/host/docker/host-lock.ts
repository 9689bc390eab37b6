import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 250

export interface Waiting {
  readonly signal: AbortSignal
  readonly tell: (detail: string) => void
}

/**
 * Does something while no other launch of this machine does what is called the same. The lock is a socket of Linux that has a name and no
 * file: the system takes it away with its process, however that ends. Elsewhere nothing is locked, and the daemon itself must cope.
 *
 * Source: unix(7), abstract sockets.
 *
 * @throws the signal's reason when that aborts while it waits.
 */
export async function withHostLock<T>(name: string, { signal, tell }: Waiting, run: () => Promise<T>): Promise<T> {
  const path = `\0reprise-${createHash('sha256')
    .update(`${process.env.DOCKER_HOST ?? ''} ${name}`)
    .digest('hex')}`
  if (process.platform !== 'linux') return run()
  let lock = await take(path)
  while (lock === undefined) {
    signal.throwIfAborted()
    tell(`waiting for another launch of this machine that is at it: ${name}`)
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    lock = await take(path)
  }
  try {
    return await run()
  } finally {
    lock.close()
  }
}

/** Undefined when somebody else has it. */
function take(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    // It keeps no process alive.
    server.listen({ path }, () => resolve(server.unref()))
  })
}
