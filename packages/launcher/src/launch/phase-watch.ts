import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningServer } from '../host/host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { LaunchPhase, LaunchPlan } from '../plan/launch-plan.ts'
import { FatalPatterns } from '../readiness/fatal-patterns.ts'
import { deadlinePassed, endedTooEarly, fatalLine } from '../readiness/launch-failure.ts'
import type { LogFollower } from './log-follower.ts'

const pollMs = 100
const progressEveryMs = 1_000

export interface LaunchProgress {
  readonly phase: LaunchPhase
  /** Since the phase began. */
  readonly elapsedMs: number
  /** Last line of the log, printable. */
  readonly lastLine?: string
}

/** What a phase tries again and again: true when it is through, else what it saw instead, or nothing worth telling. */
export type Attempt = (signal: AbortSignal) => Promise<true | string | undefined>

export interface PhaseWatchOptions {
  readonly plan: LaunchPlan
  readonly log: LogFollower
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** Holds each phase of a launch to its deadline, and ends it as soon as the server or its log say that it is in vain. */
export class PhaseWatch {
  readonly #options: PhaseWatchOptions
  readonly #fatal: FatalPatterns
  readonly #phasesMs: Partial<Record<LaunchPhase, number>> = {}

  /** @throws LaunchError when a fatal pattern is no regular expression. */
  constructor(options: PhaseWatchOptions) {
    this.#options = options
    this.#fatal = new FatalPatterns(options.plan.fatalPatterns)
  }

  /** How long the phases took that are through. */
  get phasesMs(): Record<LaunchPhase, number> {
    return this.#phasesMs as Record<LaunchPhase, number>
  }

  /**
   * The first phase: until the host says that the server exists. The signal that `run` gets aborts when it is not wanted any more, and
   * `run` then has the plan's grace to end before this throws.
   *
   * @throws LaunchError when it cannot, or takes too long; the signal's reason when that aborts.
   */
  async start(run: (signal: AbortSignal) => Promise<RunningServer>): Promise<RunningServer> {
    const begunMs = performance.now()
    this.#tell('start', 0)
    const { signal, plan } = this.#options
    const unwanted = new AbortController()
    const over = AbortSignal.any([unwanted.signal, ...(signal ? [signal] : [])])
    const timer = setTimeout(() => unwanted.abort(tooSlow(plan.deadlinesS.start)), plan.deadlinesS.start * 1_000)
    const starting = run(over)
    try {
      const server = await Promise.race([starting, rejected(over)])
      this.#phasesMs.start = performance.now() - begunMs
      return server
    } catch (error) {
      await settled(starting, plan.stopGraceS * 1_000)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** @throws LaunchError when the server ends, its log is fatal, or the deadline passes; the signal's reason when that aborts. */
  async during(phase: LaunchPhase, server: RunningServer, attempt: Attempt): Promise<void> {
    const begunMs = performance.now()
    const stop = new AbortController()
    const seen: { last?: string } = {}
    this.#tell(phase, 0)
    const watching = this.#guard(phase, server, { begunMs, seen, stop: stop.signal })
    try {
      await Promise.race([repeat(attempt, seen, stop.signal), watching])
    } finally {
      stop.abort()
      watching.catch(() => {})
    }
    this.#phasesMs[phase] = performance.now() - begunMs
  }

  /** Never resolves before `stop`. */
  async #guard(
    phase: LaunchPhase,
    server: RunningServer,
    { begunMs, seen, stop }: { begunMs: number; seen: { last?: string }; stop: AbortSignal },
  ): Promise<void> {
    const { plan, log, signal } = this.#options
    const deadlineS = plan.deadlinesS[phase]
    for (let toldMs = begunMs; !stop.aborted; ) {
      signal?.throwIfAborted()
      // Looked at before the log, so that the log is whole when it has ended.
      const isRunning = server.isRunning()
      const lines = await (isRunning ? log.read() : log.readToEnd())
      const fatal = lines.find((line) => this.#fatal.matches(line))
      if (stop.aborted) return
      if (fatal !== undefined) throw fatalLine(fatal, { phase, log: log.tail() })
      if (!isRunning) throw endedTooEarly(await server.ended, { phase, log: log.tail() })
      const nowMs = performance.now()
      if (nowMs - begunMs >= deadlineS * 1_000) {
        await log.readToEnd()
        throw deadlinePassed(deadlineS, seen.last, { phase, log: log.tail() })
      }
      if (nowMs - toldMs >= progressEveryMs) {
        this.#tell(phase, nowMs - begunMs)
        toldMs = nowMs
      }
      await sleep(pollMs)
    }
  }

  #tell(phase: LaunchPhase, elapsedMs: number): void {
    const lastLine = this.#options.log.tail().at(-1)
    this.#options.onProgress?.({ phase, elapsedMs, ...(lastLine !== undefined && { lastLine }) })
  }
}

/** Returns when the promise has settled, or the time is over. */
async function settled(promise: Promise<unknown>, patienceMs: number): Promise<void> {
  const over = new AbortController()
  const patience = sleep(patienceMs, undefined, { signal: over.signal })
  await Promise.race([promise, patience]).catch(() => {})
  over.abort()
  await patience.catch(() => {})
}

function tooSlow(deadlineS: number): LaunchError {
  const message = `the host did not start the server in ${deadlineS} s; look at the host, or raise the deadline of start`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
}

/** Never resolves; rejects with the signal's reason when it aborts. */
function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(signal.reason)
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
}

async function repeat(attempt: Attempt, seen: { last?: string }, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const outcome = await attempt(stop)
    if (outcome === true) return
    if (outcome !== undefined) seen.last = outcome
    await sleep(pollMs)
  }
}
