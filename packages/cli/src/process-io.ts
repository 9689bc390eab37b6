import { getEventListeners } from 'node:events'
import type { Io } from './io.ts'

/** As a shell tells the death by a signal: 128 and its number. */
const exitCodeOf = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/**
 * The real process. The first Ctrl-C asks the command to stop and keep what it has; the second one ends at once, and so does the first
 * where the command has nothing to keep. A terminal that goes away asks like Ctrl-C, and so does a reader of our output that has gone.
 */
export function processIo(argv: readonly string[]): Io {
  const interrupt = new AbortController()
  const isHeeded = () => getEventListeners(interrupt.signal, 'abort').length > 0
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted || !isHeeded()) process.exit(exitCodeOf[name])
      interrupt.abort()
    })
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === undefined || !readerHasGone.has(error.code)) throw error
      if (interrupt.signal.aborted) return
      if (!isHeeded()) process.exit(0)
      interrupt.abort()
    })
  }
  endWithParent(interrupt)
  return { stdout: process.stdout, stderr: process.stderr, env: process.env, argv, signal: interrupt.signal }
}

/** A process that another `reprise` started over a channel does not outlive it, however that one died. */
function endWithParent(interrupt: AbortController): void {
  if (!process.channel) return
  process.once('disconnect', () => interrupt.abort())
  // Listening must not keep this process alive.
  process.channel.unref()
}

/** Of a pipe whose reader has read enough, as `head` does, and of a terminal that is no more: there is nobody left to tell anything. */
const readerHasGone: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])
