import { getEventListeners } from 'node:events'

/** As a shell tells the death by a signal: 128 and its number. `SIGPIPE`: the reader of our output has gone. */
export const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const
export type SignalName = keyof typeof signalExitCodes

/** Reason of an abort: who asked, and so what the process ends with. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number

  constructor(signal: SignalName) {
    super(`stopped by ${signal}`)
    this.exitCode = signalExitCodes[signal]
  }
}

/** What a command that was cut short ends with. */
export function interruptedExitCode({ reason }: AbortSignal): number {
  return reason instanceof Interrupted ? reason.exitCode : signalExitCodes.SIGINT
}

/** `direct`: the system told this process; `forwarded`: the process that waits for it was told, and maybe this one as well. */
export type AskSource = 'direct' | 'forwarded'

/**
 * Counts how often a process was asked to stop. The first time it is to keep what it has, the second time not to wait for anything any more,
 * the third time ends it; and whatever nobody listens to ends it at once, since there is nothing to keep.
 *
 * A terminal's Ctrl-C reaches this process and the one that waits for it, which passes it on: the two are one ask.
 */
export class Interrupts {
  readonly #first = new AbortController()
  readonly #second = new AbortController()
  readonly #asked: Record<AskSource, number> = { direct: 0, forwarded: 0 }
  readonly #exit: (code: number) => void

  /** `exit` ends the process. */
  constructor(exit: (code: number) => void = (code) => process.exit(code)) {
    this.#exit = exit
  }

  /** Aborts when the user asks to stop. */
  get signal(): AbortSignal {
    return this.#first.signal
  }

  /** Aborts when the user asks again. */
  get cancel(): AbortSignal {
    return this.#second.signal
  }

  ask(name: SignalName, source: AskSource = 'direct'): void {
    const before = Math.max(this.#asked.direct, this.#asked.forwarded)
    this.#asked[source] += 1
    const asked = Math.max(this.#asked.direct, this.#asked.forwarded)
    if (asked === before) return
    const heard = asked === 1 ? this.#first : asked === 2 ? this.#second : undefined
    if (heard && isHeeded(heard.signal)) heard.abort(new Interrupted(name))
    else this.#exit(signalExitCodes[name])
  }

  /** Somebody is no more that would have waited for the end. Whoever is ending already is left to it. */
  askOnce(name: SignalName): void {
    if (!this.#first.signal.aborted) this.ask(name)
  }
}

function isHeeded(signal: AbortSignal): boolean {
  return getEventListeners(signal, 'abort').length > 0
}
