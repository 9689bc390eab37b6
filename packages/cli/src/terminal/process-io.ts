import { exitCodes } from './exit-codes.ts'
import { Interrupts, type SignalName } from './interrupts.ts'
import type { Io } from './io.ts'
import { renderError } from './render-error.ts'
import { watchParents } from './watch-parents.ts'

const asking = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const satisfies SignalName[]

/**
 * The real process. The first Ctrl-C asks the command to stop and keep what it has; the second one lets it wait for nothing any more, and the
 * third ends at once, as does the first where the command has nothing to keep. A terminal that goes away asks like Ctrl-C, and so do a
 * reader of our output that has gone and a process that waited for this one.
 */
export function processIo(argv: readonly string[]): Io {
  const interrupts = new Interrupts()
  for (const name of asking) process.on(name, () => interrupts.ask(name))
  for (const [name, stream] of [
    ['stdout', process.stdout],
    ['stderr', process.stderr],
  ] as const) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (readerHasGone.has(error.code ?? '')) interrupts.askOnce('SIGPIPE')
      else endUnheard(name, error)
    })
  }
  process.on('uncaughtException', endWithBug)
  watchParents(() => interrupts.askOnce('SIGHUP'), process.env)
  heedParent(interrupts)
  const { signal, cancel } = interrupts
  return { stdout: process.stdout, stderr: process.stderr, env: process.env, argv, signal, cancel }
}

/** A process that another `reprise` started over a channel is told by it what that one is told, and does not outlive it. */
function heedParent(interrupts: Interrupts): void {
  if (!process.channel) {
    // It had gone before anybody listened.
    if (process.connected === false) interrupts.askOnce('SIGHUP')
    return
  }
  process.once('disconnect', () => interrupts.askOnce('SIGHUP'))
  process.on('message', (message) => {
    const name = asking.find((each) => each === (message as { signal?: unknown } | null)?.signal)
    if (name) interrupts.ask(name, 'forwarded')
  })
  // Listening must not keep this process alive.
  process.channel.unref()
}

/** Of a pipe whose reader has read enough, as `head` does, and of a terminal that is no more: there is nobody left to tell anything. */
const readerHasGone: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

/** A full disk under a redirected output. */
function endUnheard(name: 'stdout' | 'stderr', { code, message }: NodeJS.ErrnoException): never {
  if (name === 'stdout')
    process.stderr.write(`reprise: stdout cannot be written (${code ?? message}); send it elsewhere\n`)
  process.exit(exitCodes.operator)
}

/** What no command caught. What a run has written down is on the disk, and can be built and resumed. */
function endWithBug(error: unknown): never {
  process.stderr.write(renderError(error, exitCodes.bug))
  process.exit(exitCodes.bug)
}
