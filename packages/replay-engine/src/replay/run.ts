import { type Outcome, ReplyObservation } from '@reprise/wire'
import type { Cancel } from '../clock/clock.ts'
import { arrivalsOf } from '../plan/load.ts'
import type { PlannedRequest } from '../port/target.ts'
import type { PhaseSpan } from '../record/phase-span.ts'
import type { Phase } from '../record/request-record.ts'
import type { RunEnd, StopCause } from '../record/run-end.ts'
import { recordOf } from './record-of.ts'
import type { RecordCounts, ReplayOptions } from './replay-options.ts'
import { SeenByScope } from './seen-blocks.ts'

/** What a run must stop when it closes. */
export interface Stoppable {
  /** Forget what is not sent yet. */
  stop(): void
}

/** What a request is sent with, and what its record needs beside it. */
export interface Sending {
  readonly request: PlannedRequest
  readonly session: string
  readonly dueMs: number
  /** When its recorded time wanted it sent, where the load goes by recorded times. */
  readonly targetMs?: number
  readonly idealHitTokens: number
}

type Counts = { -readonly [Name in keyof RecordCounts]: number }

/** The state of one run that its lanes share: phase, requests in flight, counts, and whether it still sends. No lane learns of another. */
export class Run {
  readonly options: ReplayOptions
  readonly seen: SeenByScope
  readonly counts: Counts = { requests: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
  readonly plays = { started: 0, completed: 0, truncated: 0, cut: 0 }
  readonly phases: PhaseSpan[] = []
  /** Rejects when something that must not fail did: a bug of the target, or of whoever hears the records. */
  readonly failure: Promise<never>
  /** Aborts when nothing more will be sent. */
  readonly closing = new AbortController()
  ended: RunEnd | undefined
  stoppedBy: StopCause | undefined
  readonly #fail: (error: unknown) => void
  #failed = false
  #inFlight = 0
  /** All requests share it: they are only ever cancelled together, and a signal for each would be most of what a request keeps alive. */
  readonly #cancelling = new AbortController()
  readonly #sending = new Set<Stoppable>()
  #windowEndMs = Number.POSITIVE_INFINITY
  #cancelTimer: Cancel = () => {}

  constructor(options: ReplayOptions) {
    this.options = options
    const { kind, slots } = arrivalsOf(options.plan)
    // Arrivals of an open load come in the order of their passes, as if there were one lane.
    this.seen = new SeenByScope({ blockScope: options.plan.blockScope, lanes: kind === 'open' ? 1 : slots })
    const { promise, reject } = Promise.withResolvers<never>()
    // Somebody always listens in `replay`, but maybe not yet.
    promise.catch(() => {})
    this.failure = promise
    this.#fail = reject
  }

  get closed(): boolean {
    return this.ended !== undefined
  }

  /** Ends the current phase, if any, and begins the next. */
  enter(phase: Phase): number {
    const startMs = this.options.clock.now()
    this.leave(startMs)
    this.phases.push({ phase, startMs })
    this.options.onPhase?.({ phase, startMs })
    return startMs
  }

  leave(endMs: number): void {
    const current = this.phases.at(-1)
    if (!current || current.endMs !== undefined) return
    const ended = { ...current, endMs }
    this.phases[this.phases.length - 1] = ended
    this.options.onPhase?.(ended)
  }

  closeAt(endMs: number): void {
    this.#windowEndMs = endMs
    this.#cancelTimer = this.options.clock.at(endMs, () => this.guard(() => this.close('window')))
  }

  /** From now on nothing is sent. What is in flight may end within the drain time. */
  close(ended: RunEnd): void {
    if (this.closed) return
    this.ended = ended
    this.#cancelTimer()
    this.closing.abort()
    if (this.#inFlight > 0 && ended !== 'aborted') {
      const startMs = this.enter('drain')
      const { drainMs } = this.options.plan.load
      this.#cancelTimer = this.options.clock.at(startMs + drainMs, () => this.#cancelling.abort())
    }
    for (const one of this.#sending) one.stop()
  }

  stop(cause: StopCause): void {
    if (!this.closed) this.stoppedBy = cause
    this.close('stopped')
  }

  /** Warm-up has lasted too long: what has not been answered by now is not waited for. */
  stopWarmup(): void {
    if (this.closed) return
    this.stop({ kind: 'warmup-limit' })
    this.#cancelling.abort()
  }

  abort(): void {
    this.close('aborted')
    this.#cancelling.abort()
  }

  /** Whether a request may leave now. Past the end of the window it may not, even where the timer that closes it is late. */
  mayStillSend(): boolean {
    if (!this.closed && this.options.clock.now() >= this.#windowEndMs) this.close('window')
    return !this.closed
  }

  watch(one: Stoppable): void {
    this.#sending.add(one)
  }

  unwatch(one: Stoppable): void {
    this.#sending.delete(one)
  }

  /** Sends a request and records how it ended. */
  async send(sending: Sending): Promise<Outcome> {
    const { clock, target, keepChunkGaps = false } = this.options
    const observation = new ReplyObservation({ keepChunkGaps })
    this.#inFlight += 1
    const outcome = await target.send(sending.request, observation, this.#cancelling.signal)
    this.#inFlight -= 1
    this.record(sending, { observation, outcome, doneMs: clock.now() })
    return outcome
  }

  record(
    { request, session, dueMs, targetMs, idealHitTokens }: Sending,
    { observation, outcome, doneMs }: { observation?: ReplyObservation; outcome: Outcome; doneMs: number },
  ): void {
    // The run has rejected: nobody expects records any more.
    if (this.#failed) return
    const { onRecord, shouldStop, attempt = 1 } = this.options
    const reply = observation?.reply() ?? {}
    this.counts.requests += 1
    this.counts[outcome.kind] += 1
    const record = recordOf({
      ...{ request, session, attempt, dueMs, doneMs, idealHitTokens, reply, outcome },
      ...(targetMs !== undefined && { targetMs }),
    })
    onRecord(record)
    const cause = this.closed ? undefined : shouldStop?.({ ...this.counts }, record)
    if (cause) this.stop(cause)
  }

  /** Runs what is called by a timer or a promise, so that a bug in it ends the run and not the process. */
  guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.fail(error)
    }
  }

  fail(error: unknown): void {
    this.#failed = true
    this.#fail(error)
    this.abort()
  }

  dispose(): void {
    this.#cancelTimer()
    this.leave(this.options.clock.now())
  }
}
