import {
  type Load,
  type Phase,
  type PhaseSpan,
  type RequestRecord,
  type Shard,
  slotsOfShard,
} from '@reprise/replay-engine'
import {
  dispatchDelay,
  loadSizeOf,
  outputCount,
  timePerOutputToken,
  timeToFirstToken,
} from '@reprise/result-aggregator'
import { Spread } from './spread.ts'

/** A run at one instant, as it is shown while it is on. What is not known yet is absent. */
export interface RunView {
  /** How large its load is: `8 lanes`. */
  readonly load: string
  /** Absent where the load has none. */
  readonly lanes?: number
  readonly attempt: number
  /** The user asked it to stop, and it waits for what is in flight. */
  readonly stopping: boolean
  readonly phase?: Phase
  /** Until the instant that was appointed for its start, where that is to come. */
  readonly startsInMs?: number
  /** Since the phase began. */
  readonly elapsedMs: number
  /** Length of the phase, where it has one. */
  readonly plannedMs?: number
  /** Requests of warm-up, where it is on and their number is known. */
  readonly warmup?: { readonly ended: number; readonly planned: number }
  /** Lanes, or arrivals of an open load, with a request in flight. */
  readonly busyLanes: number
  readonly inFlight: number
  /** Requests that have ended, warm-up included. */
  readonly ended: number
  readonly ok: number
  readonly truncated: number
  readonly cancelled: number
  /** By class, the most frequent first. */
  readonly failures: readonly (readonly [name: string, count: number])[]
  /** Of profiling requests that ended well. */
  readonly ttftMs?: Quantiles
  readonly tpotMs?: Quantiles
  /** Output of profiling requests that have ended over the time of profiling. */
  readonly outputPerS?: number
  readonly lateMs?: Quantiles
}

interface Quantiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** Keeps count of a run for its live view; told what is sent and what ends, asked how it stands. */
export class RunTally {
  readonly #load: Load
  readonly #attempt: number
  readonly #profiledMs: number
  readonly #warmupRequests: number | undefined
  readonly #shard: Shard | undefined
  #warmedUp = 0
  #span: PhaseSpan | undefined
  #profilingMs = 0
  readonly #inFlightByLane = new Map<number, number>()
  #inFlight = 0
  readonly #counts = { ended: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
  readonly #failures = new Map<string, number>()
  #outputTokens = 0
  readonly #ttft = new Spread()
  readonly #tpot = new Spread()
  readonly #late = new Spread()

  /** `profiledMs`: what earlier attempts took of the window; `warmupRequests`: how many there will be, where that is known. */
  constructor(
    load: Load,
    {
      attempt = 1,
      profiledMs = 0,
      warmupRequests,
      shard,
    }: { attempt?: number; profiledMs?: number; warmupRequests?: number; shard?: Shard | undefined } = {},
  ) {
    this.#load = load
    this.#attempt = attempt
    this.#profiledMs = profiledMs
    this.#warmupRequests = warmupRequests
    this.#shard = shard
  }

  phase(span: PhaseSpan): void {
    this.#span = span
    if (span.phase === 'profiling' && span.endMs !== undefined) this.#profilingMs += span.endMs - span.startMs
  }

  sent(lane: number): void {
    this.#inFlight += 1
    this.#inFlightByLane.set(lane, (this.#inFlightByLane.get(lane) ?? 0) + 1)
  }

  settled(lane: number): void {
    this.#inFlight -= 1
    const left = (this.#inFlightByLane.get(lane) ?? 1) - 1
    if (left > 0) this.#inFlightByLane.set(lane, left)
    else this.#inFlightByLane.delete(lane)
  }

  record(record: RequestRecord): void {
    const { outcome } = record
    this.#counts.ended += 1
    this.#counts[outcome.kind] += 1
    if (outcome.kind === 'failed') this.#failures.set(outcome.class, (this.#failures.get(outcome.class) ?? 0) + 1)
    if (record.phase === 'warmup') this.#warmedUp += 1
    if (record.phase !== 'profiling') return
    addKnown(this.#late, dispatchDelay(record))
    if (outcome.kind !== 'ok') return
    addKnown(this.#ttft, timeToFirstToken(record))
    addKnown(this.#tpot, timePerOutputToken(record))
    this.#outputTokens += outputCount(record)?.tokens ?? 0
  }

  view(nowMs: number, { stopping = false } = {}): RunView {
    const elapsedMs = this.#span ? (this.#span.endMs ?? nowMs) - this.#span.startMs : 0
    const plannedMs = this.#plannedMs()
    const profilingMs = this.#profilingMs + (this.#isProfiling ? elapsedMs : 0)
    const [ttftMs, tpotMs, lateMs] = [this.#ttft, this.#tpot, this.#late].map(quantilesOf)
    return {
      load: `${loadSizeOf(this.#load).label}${this.#shard ? `, shard ${this.#shard.index}/${this.#shard.of}` : ''}`,
      ...(this.#load.kind === 'lanes' && { lanes: slotsOfShard(this.#load.lanes, this.#shard).length }),
      attempt: this.#attempt,
      stopping,
      ...(this.#span && { phase: this.#span.phase }),
      ...(!this.#span && nowMs < 0 && { startsInMs: -nowMs }),
      elapsedMs,
      ...(plannedMs !== undefined && { plannedMs }),
      ...this.#warmupView(),
      busyLanes: this.#inFlightByLane.size,
      inFlight: this.#inFlight,
      ended: this.#counts.ended,
      ok: this.#counts.ok,
      truncated: this.#counts.truncated,
      cancelled: this.#counts.cancelled,
      failures: [...this.#failures].sort(([, a], [, b]) => b - a),
      ...(ttftMs && { ttftMs }),
      ...(tpotMs && { tpotMs }),
      ...(profilingMs > 0 && { outputPerS: this.#outputTokens / (profilingMs / 1_000) }),
      ...(lateMs && { lateMs }),
    }
  }

  get #isProfiling(): boolean {
    return this.#span?.phase === 'profiling' && this.#span.endMs === undefined
  }

  #warmupView(): Pick<RunView, 'warmup'> {
    const isOn = this.#span?.phase === 'warmup' && this.#span.endMs === undefined
    if (!isOn || this.#warmupRequests === undefined) return {}
    return { warmup: { ended: this.#warmedUp, planned: Math.max(this.#warmedUp, this.#warmupRequests) } }
  }

  #plannedMs(): number | undefined {
    const { until, drainMs } = this.#load
    if (this.#span?.phase === 'drain') return drainMs
    if (this.#span?.phase !== 'profiling' || until.kind !== 'window') return undefined
    return until.durationMs - this.#profiledMs
  }
}

function addKnown(spread: Spread, value: number | undefined): void {
  if (value !== undefined) spread.add(value)
}

function quantilesOf(spread: Spread): Quantiles | undefined {
  const p50 = spread.quantile(0.5)
  return p50 === undefined ? undefined : { p50, p90: spread.quantile(0.9)!, p99: spread.quantile(0.99)! }
}
