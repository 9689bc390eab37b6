import { Interrupts } from '@reprise/cli'

/**
 * Aborts when the runner cancels the step: a replay then drains and keeps what it has, a launch cleans up after itself. At the second
 * signal a replay cancels what is in flight, anything else ends at once, as it does at the first where nobody listens.
 *
 * Source: github.com/actions/runner, ProcessInvoker.cs: SIGINT, after 7.5 s SIGTERM, after another 2.5 s SIGKILL.
 */
export function interruption(): Pick<Interrupts, 'signal' | 'cancel'> {
  const interrupts = new Interrupts()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupts.ask(name))
  return interrupts
}

/** Never aborts, and neither signal ends the process: whoever cancels a job wants it cleaned up after. */
export function heedNoSignal(): Pick<Interrupts, 'signal'> {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {})
  return new AbortController()
}
