import { setTimeout as sleep } from 'node:timers/promises'
import type { During, RunningServer } from '../host/host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import type { LaunchPhase } from '../plan/launch-phase.ts'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import type { FatalPatterns } from '../readiness/fatal-patterns.ts'
import { deadlinePassed, endedTooEarly, fatalLine } from '../readiness/launch-failure.ts'
import type { LogFollower } from './log-follower.ts'

const pollMs = 100
const progressEveryMs = 1_000

export interface LaunchProgress {
  readonly phase: LaunchPhase
  /** Since the phase began. */
  readonly elapsedMs: number
  /** What the host says of it, printable: the place in a queue, how far a pull is. */
  readonly detail?: string
  /** Last line of the log, printable. */
  readonly lastLine?: string
}

/** What a phase tries again and again: true when it is through, else what it saw instead, or nothing worth telling. */
export type Attempt = (signal: AbortSignal) => Promise<true | string | undefined>

/** A process of the launch, from its start on. */
export interface Watched {
  /** As errors call it. */
  readonly name: string
  readonly server: RunningServer
  readonly log: LogFollower
  readonly fatal: FatalPatterns
}

export interface PhaseWatchOptions {
  readonly plan: Pick<LaunchPlan, 'deadlinesS' | 'stopGraceS'>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LaunchProgress) => void
}

/** Holds each phase of a launch to its deadline, and ends it as soon as a process or its log say that it is in vain. */
export class PhaseWatch {
  readonly #options: PhaseWatchOptions
  readonly #phasesMs: Partial<Record<LaunchPhase, number>> = {}
  readonly #watched: Watched[] = []

  constructor(options: PhaseWatchOptions) {
    this.#options = options
  }

  /** How long the phases took that are through; one that was gone through several times, in all. */
  get phasesMs(): Partial<Record<LaunchPhase, number>> {
    return this.#phasesMs
  }

  /** From now on every phase ends when this process does. */
  add(watched: Watched): void {
    this.#watched.push(watched)
  }

  /**
   * A phase that the host goes through before a process exists. The signal that `run` gets aborts when it is not wanted any more, and
   * `run` then has the plan's grace to end before this throws.
   *
   * @throws LaunchError when it cannot, or takes too long; the signal's reason when that aborts.
   */
  readonly within: During = async (phase, run) => {
    const begunMs = performance.now()
    const deadlineS = this.#options.plan.deadlinesS[phase] ?? this.#options.plan.deadlinesS.start
    const seen: { detail?: string } = {}
    const told = () => this.#tell(phase, performance.now() - begunMs, seen.detail)
    told()
    const telling = setInterval(told, progressEveryMs)
    const tell = (detail: string) => {
      seen.detail = detail
    }
    try {
      const done = await this.#inTime(tooSlow(phase, deadlineS, seen), deadlineS, (signal) => run({ signal, tell }))
      this.#through(phase, begunMs)
      return done
    } finally {
      clearInterval(telling)
    }
  }

  /** All that a host does before it can start the first process; what it does outside its own phases has no deadline of its own. */
  prepare<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { queue = 0, pull = 0, start } = this.#options.plan.deadlinesS
    const deadlineS = queue + pull + start + this.#options.plan.stopGraceS
    return this.#inTime(tooSlow('start', deadlineS, {}), deadlineS, run)
  }

  /** @throws LaunchError when a process ends, its log is fatal, or the deadline passes; the signal's reason when that aborts. */
  async during(phase: LaunchPhase, attempts: ReadonlyMap<Watched, Attempt>): Promise<void> {
    const begunMs = performance.now()
    const stop = new AbortController()
    const open = new Map([...attempts.keys()].map((watched) => [watched, {} as { last?: string }]))
    this.#tell(phase, 0)
    const watching = this.#guard(phase, { begunMs, open, stop: stop.signal })
    const trying = [...attempts].map(async ([watched, attempt]) => {
      await repeat(attempt, open.get(watched)!, stop.signal)
      open.delete(watched)
    })
    try {
      await Promise.race([Promise.all(trying), watching])
    } finally {
      stop.abort()
      watching.catch(() => {})
      for (const each of trying) each.catch(() => {})
    }
    this.#through(phase, begunMs)
  }

  /** Never resolves before `stop`. */
  async #guard(
    phase: LaunchPhase,
    {
      begunMs,
      open,
      stop,
    }: { begunMs: number; open: ReadonlyMap<Watched, { readonly last?: string }>; stop: AbortSignal },
  ): Promise<void> {
    const { plan, signal } = this.#options
    const deadlineS = plan.deadlinesS[phase] ?? plan.deadlinesS.start
    for (let toldMs = begunMs; !stop.aborted; ) {
      signal?.throwIfAborted()
      for (const watched of this.#watched) {
        await this.#look(phase, watched, stop)
        if (stop.aborted) return
      }
      const nowMs = performance.now()
      if (nowMs - begunMs >= deadlineS * 1_000) {
        const late = open.keys().next().value ?? this.#watched[0]!
        await late.log.readToEnd()
        throw deadlinePassed(deadlineS, open.get(late)?.last, { phase, name: late.name, log: late.log.tail() })
      }
      if (nowMs - toldMs >= progressEveryMs) {
        this.#tell(phase, nowMs - begunMs)
        toldMs = nowMs
      }
      await sleep(pollMs)
    }
  }

  /** @throws LaunchError when it has ended, or its log is fatal. */
  async #look(phase: LaunchPhase, { name, server, log, fatal }: Watched, stop: AbortSignal): Promise<void> {
    // Looked at before the log, so that the log is whole when it has ended.
    const isRunning = server.isRunning()
    const lines = await (isRunning ? log.read() : log.readToEnd())
    const line = lines.find((each) => fatal.matches(each))
    if (stop.aborted) return
    if (line !== undefined) throw fatalLine(line, { phase, name, log: log.tail() })
    if (!isRunning) throw endedTooEarly(await server.ended, { phase, name, log: log.tail() })
  }

  async #inTime<T>(late: () => LaunchError, deadlineS: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, plan } = this.#options
    const unwanted = new AbortController()
    const over = AbortSignal.any([unwanted.signal, ...(signal ? [signal] : [])])
    const timer = setTimeout(() => unwanted.abort(late()), deadlineS * 1_000)
    const running = run(over)
    try {
      return await Promise.race([running, rejected(over)])
    } catch (error) {
      await settled(running, plan.stopGraceS * 1_000)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #through(phase: LaunchPhase, begunMs: number): void {
    this.#phasesMs[phase] = (this.#phasesMs[phase] ?? 0) + performance.now() - begunMs
  }

  #tell(phase: LaunchPhase, elapsedMs: number, detail?: string): void {
    const lastLine = this.#watched.at(-1)?.log.tail().at(-1)
    const { onProgress } = this.#options
    onProgress?.({
      phase,
      elapsedMs,
      ...(detail !== undefined && { detail }),
      ...(lastLine !== undefined && { lastLine }),
    })
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

function tooSlow(
  phase: 'queue' | 'pull' | 'start',
  deadlineS: number,
  seen: { readonly detail?: string },
): () => LaunchError {
  const what = {
    queue: 'give the nodes',
    pull: 'have the image',
    start: 'start the server',
  }
  return () => {
    const last = seen.detail === undefined ? '' : ` (${seen.detail})`
    const message = `the host did not ${what[phase]} in ${deadlineS} s${last}; look at the host, or raise the deadline of ${phase}`
    return new LaunchError(message, { failureClass: 'infrastructure', phase })
  }
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
