import { type Outcome, ReplyObservation } from '@reprise/wire'
import type { Cancel } from '../clock/clock.ts'
import { arrivalsOf } from '../plan/load.ts'
import type { Play } from '../plan/play.ts'
import { isOfShard } from '../plan/shard.ts'
import type { PlannedRequest } from '../port/target.ts'
import type { PhaseSpan } from '../record/phase-span.ts'
import type { Phase } from '../record/request-record.ts'
import type { RunEnd, StopCause } from '../record/run-end.ts'
import { recordOf } from './record-of.ts'
import type { RecordCounts, ReplayOptions } from './replay-options.ts'
import { type SeenByPlay, SeenByScope } from './seen-blocks.ts'

/** What a run must stop when it closes. */
export interface Stoppable {
  /** Forget what is not sent yet. */
  stop(): void
}

/** What waits for its time to come, and may be told that time has been cut. */
export interface Waiting extends Stoppable {
  /** Of what it will send next; `Infinity` where it knows of nothing. */
  nextDueMs(): number
  /** Everything that it will send is due so much earlier. */
  cutIdle(ms: number): void
}

/** What a request is sent with, and what its record needs beside it. */
export interface Sending {
  readonly request: PlannedRequest
  readonly session: string
  readonly dueMs: number
  /** When its recorded time wanted it sent, where the load goes by recorded times. */
  readonly targetMs?: number
  readonly idleCutMs?: number
  readonly idealHitTokens: number
}

/** How and when a request ended. */
export interface Ended {
  readonly outcome: Outcome
  readonly doneMs: number
}

type Counts = { -readonly [Name in keyof RecordCounts]: number }

/** The state of one run that its lanes share: phase, requests in flight, counts, and whether it still sends. No lane learns of another. */
export class Run {
  readonly options: ReplayOptions
  readonly #seen: SeenByScope
  readonly #isOpen: boolean
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
  readonly #sending = new Set<Stoppable | Waiting>()
  /** Longest time in profiling that nothing may be in flight; absent: as long as it takes. */
  readonly #idleCapMs: number | undefined
  /** Records are in the order of their ends. */
  #lastDoneMs = 0
  #windowEndMs = Number.POSITIVE_INFINITY
  #cancelTimer: Cancel = () => {}
  /** What had come of the requests in flight when the run closed, where the target knows better than their records. */
  #atClose: { readonly atMs: number; readonly tokens: ReadonlyMap<string, number> } | undefined

  constructor(options: ReplayOptions) {
    this.options = options
    const { plan, shard } = options
    const { load } = plan
    const { kind, slots } = arrivalsOf(plan)
    // Whether anything is in flight is not known to one of several.
    this.#idleCapMs = load.kind === 'lanes' && !shard ? load.systemIdleCapMs : undefined
    this.#isOpen = kind === 'open'
    this.#seen = new SeenByScope({ ...plan, kind, slots, sends: (lane) => isOfShard(lane, shard) })
    const { promise, reject } = Promise.withResolvers<never>()
    // Somebody always listens in `replay`, but maybe not yet.
    promise.catch(() => {})
    this.failure = promise
    this.#fail = reject
  }

  /** The blocks that an infinite cache holds of what a play sends: its own, where nobody shares them. */
  blocksSeenBy(play: Play): SeenByPlay {
    return this.#seen.ofPlay(play)
  }

  get closed(): boolean {
    return this.ended !== undefined
  }

  /** Ends the current phase, if any, and begins the next: now, or at the instant that was appointed for it. */
  enter(phase: Phase, startMs = this.options.clock.now()): number {
    this.leave(startMs)
    this.phases.push({ phase, startMs })
    this.options.onPhase?.({ phase, startMs })
    if (phase === 'profiling') this.#heedIdle(startMs)
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
    // Before the drain: what was due in the window and did not leave belongs to the window.
    for (const one of this.#sending) one.stop()
    if (this.#inFlight > 0 && ended !== 'aborted') {
      const startMs = this.enter('drain')
      const tokens = this.options.target.tokensInFlight?.()
      if (tokens) this.#atClose = { atMs: startMs, tokens }
      const { drainMs } = this.options.plan.load
      this.#cancelTimer = this.options.clock.at(startMs + drainMs, () => this.#cancelling.abort())
    }
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

  /** An open load sent it or owes it a record: it was due in the window, and the client did not come to it. */
  owes(dueMs: number): boolean {
    return this.#isOpen && this.ended === 'window' && dueMs < this.#windowEndMs
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

  /** Sends a request and records how and when it ended: what waits for it counts from then, and not from when this process came to it. */
  async send(sending: Sending): Promise<Ended> {
    const { target, keepChunkGaps = false } = this.options
    const observation = new ReplyObservation({ keepChunkGaps })
    this.#inFlight += 1
    const outcome = await target.send(sending.request, observation, this.#cancelling.signal)
    this.#inFlight -= 1
    const doneMs = this.#doneMs(observation.endedMs)
    if (this.#inFlight === 0) this.#heedIdle(doneMs)
    this.record(sending, { observation, outcome, doneMs })
    return { outcome, doneMs }
  }

  /** Now, where nobody told. What was heard of later than another has ended with it, at the earliest. */
  #doneMs(endedMs = this.options.clock.now()): number {
    this.#lastDoneMs = Math.max(this.#lastDoneMs, endedMs)
    return this.#lastDoneMs
  }

  /** Where nothing is in flight from now on, everything that waits comes earlier, so that the first of it is due within the cap. */
  #heedIdle(sinceMs: number): void {
    const capMs = this.#idleCapMs
    if (capMs === undefined || this.phases.at(-1)?.phase !== 'profiling') return
    // What follows from this end, the beginning of a lane's next tree for one, is known when all that is due now has been done.
    this.options.clock.at(sinceMs, () =>
      this.guard(() => {
        if (this.closed || this.#inFlight > 0) return
        const waiting = [...this.#sending].filter((one) => 'cutIdle' in one)
        const nextMs = waiting.reduce((least, one) => Math.min(least, one.nextDueMs()), Number.POSITIVE_INFINITY)
        const cutMs = nextMs - sinceMs - capMs
        if (cutMs > 0 && Number.isFinite(cutMs)) for (const one of waiting) one.cutIdle(cutMs)
      }),
    )
  }

  record(
    { request, session, dueMs, targetMs, idleCutMs, idealHitTokens }: Sending,
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
      ...(idleCutMs !== undefined && { idleCutMs }),
      ...this.#tokensAtClose(request.id),
    })
    onRecord(record)
    const cause = this.closed ? undefined : shouldStop?.({ ...this.counts }, record)
    if (cause === 'enough') this.close('enough')
    else if (cause) this.stop(cause)
  }

  #tokensAtClose(id: string): { tokensAtClose?: { atMs: number; tokens: number } } {
    const tokens = this.#atClose?.tokens.get(id)
    return this.#atClose && tokens !== undefined ? { tokensAtClose: { atMs: this.#atClose.atMs, tokens } } : {}
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
