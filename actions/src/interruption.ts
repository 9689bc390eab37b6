import { getEventListeners } from 'node:events'

/** As a shell tells the death by a signal: 128 and its number. */
const exitCodeOf = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * Aborts when the runner cancels the step: a replay then drains and keeps what it has, a launch cleans up after itself. The second
 * signal ends the process at once, and so does the first where nobody listens.
 *
 * Source: github.com/actions/runner, ProcessInvoker.cs: SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const heeded = getEventListeners(controller.signal, 'abort').length > 0
      if (controller.signal.aborted || !heeded) process.exit(exitCodeOf[name])
      controller.abort()
    })
  }
  return controller.signal
}

/** Never aborts, and neither signal ends the process: whoever cancels a job wants it cleaned up after. */
export function heedNoSignal(): AbortSignal {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {})
  return new AbortController().signal
}
