import { getEventListeners } from 'node:events'
import type { Io } from './io.ts'

/** As a shell tells the death by a signal: 128 and its number. */
const exitCodeOf = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * The real process. The first Ctrl-C asks the command to stop and keep what it has; the second one ends at once, and so does the first
 * where the command has nothing to keep.
 */
export function processIo(argv: readonly string[]): Io {
  const interrupt = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const heeded = getEventListeners(interrupt.signal, 'abort').length > 0
      if (interrupt.signal.aborted || !heeded) process.exit(exitCodeOf[name])
      interrupt.abort()
    })
  }
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly)
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

/** Whoever read our output has read enough, as `head` does: there is nobody left to tell anything. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}
