import {
  type Load,
  type Phase,
  type PhaseSpan,
  type PlannedRequest,
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
} from '@reprise/result-aggregator/run'
import type { RunLength } from './run-length.ts'
import { Spread } from './spread.ts'

/** Which of the runs of a command it is. */
export interface RunPlace {
  /** From 1. */
  readonly point: number
  readonly of: number
  /** How long those after it will be, about; absent where nobody can say. */
  readonly laterMs?: number
}

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
  /** Absent of a command's only run. */
  readonly place?: { readonly point: number; readonly of: number /** Of all runs, about. */; readonly leftMs?: number }
  /** Requests of warm-up, where it is on and their number is known. */
  readonly warmup?: WarmupView
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
  /** Of their prompts, the share that the server had cached, as it tells. */
  readonly hitShare?: number
  readonly lateMs?: Quantiles
}

interface WarmupView {
  readonly ended: number
  readonly planned: number
  /** In flight: how many, and their prompts together. */
  readonly waitsFor: { readonly requests: number; readonly inputTokens: number }
  /** Until its end; absent where nothing shows how fast the server is. */
  readonly aboutMs?: number
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
  readonly #length: RunLength | undefined
  readonly #place: RunPlace | undefined
  readonly #shard: Shard | undefined
  readonly #warmedUp = { requests: 0, inputTokens: 0 }
  #span: PhaseSpan | undefined
  #profilingMs = 0
  readonly #inFlightByLane = new Map<number, number>()
  #inFlight = 0
  #tokensInFlight = 0
  readonly #prompts = { inputTokens: 0, cachedTokens: 0 }
  readonly #counts = { ended: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
  readonly #failures = new Map<string, number>()
  #outputTokens = 0
  readonly #ttft = new Spread()
  readonly #tpot = new Spread()
  readonly #late = new Spread()

  /** `profiledMs`: what earlier attempts took of the window; `length`: how long it will be, about. */
  constructor(
    load: Load,
    {
      attempt = 1,
      profiledMs = 0,
      length,
      place,
      shard,
    }: {
      readonly attempt?: number
      readonly profiledMs?: number
      readonly length?: RunLength | undefined
      readonly place?: RunPlace | undefined
      readonly shard?: Shard | undefined
    } = {},
  ) {
    this.#load = load
    this.#attempt = attempt
    this.#profiledMs = profiledMs
    this.#length = length
    this.#place = place
    this.#shard = shard
  }

  phase(span: PhaseSpan): void {
    this.#span = span
    if (span.phase === 'profiling' && span.endMs !== undefined) this.#profilingMs += span.endMs - span.startMs
  }

  sent({ lane, inputTokens }: Pick<PlannedRequest, 'lane' | 'inputTokens'>): void {
    this.#inFlight += 1
    this.#tokensInFlight += inputTokens
    this.#inFlightByLane.set(lane, (this.#inFlightByLane.get(lane) ?? 0) + 1)
  }

  settled({ lane, inputTokens }: Pick<PlannedRequest, 'lane' | 'inputTokens'>): void {
    this.#inFlight -= 1
    this.#tokensInFlight -= inputTokens
    const left = (this.#inFlightByLane.get(lane) ?? 1) - 1
    if (left > 0) this.#inFlightByLane.set(lane, left)
    else this.#inFlightByLane.delete(lane)
  }

  record(record: RequestRecord): void {
    const { outcome } = record
    this.#counts.ended += 1
    this.#counts[outcome.kind] += 1
    if (outcome.kind === 'failed') this.#failures.set(outcome.class, (this.#failures.get(outcome.class) ?? 0) + 1)
    if (record.phase === 'warmup') {
      this.#warmedUp.requests += 1
      this.#warmedUp.inputTokens += record.plannedInputTokens
    }
    if (record.phase !== 'profiling') return
    addKnown(this.#late, dispatchDelay(record))
    if (outcome.kind !== 'ok') return
    addKnown(this.#ttft, timeToFirstToken(record))
    addKnown(this.#tpot, timePerOutputToken(record))
    this.#outputTokens += outputCount(record)?.tokens ?? 0
    if (record.cachedTokens === undefined) return
    this.#prompts.inputTokens += record.inputTokens ?? record.plannedInputTokens
    this.#prompts.cachedTokens += record.cachedTokens
  }

  view(nowMs: number, { stopping = false } = {}): RunView {
    const elapsedMs = this.#span ? (this.#span.endMs ?? nowMs) - this.#span.startMs : 0
    const plannedMs = this.#plannedMs()
    const profilingMs = this.#profilingMs + (this.#isProfiling ? elapsedMs : 0)
    const warmup = this.#warmupView(elapsedMs)
    // Whoever asked it to stop does not wait for the others.
    const leftMs = stopping ? undefined : this.#leftMs(elapsedMs, warmup)
    const { inputTokens, cachedTokens } = this.#prompts
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
      ...(this.#place && this.#place.of > 1 && { place: placeView(this.#place, leftMs) }),
      ...(warmup && { warmup }),
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
      ...(inputTokens > 0 && { hitShare: cachedTokens / inputTokens }),
      ...(lateMs && { lateMs }),
    }
  }

  get #isProfiling(): boolean {
    return this.#span?.phase === 'profiling' && this.#span.endMs === undefined
  }

  #warmupView(elapsedMs: number): WarmupView | undefined {
    const isOn = this.#span?.phase === 'warmup' && this.#span.endMs === undefined
    const work = this.#length?.warmup
    if (!isOn || !work) return undefined
    const { requests: ended, inputTokens } = this.#warmedUp
    const planned = Math.max(ended, work.requests)
    const aboutMs = ended === planned ? undefined : warmupLeftMs(work, { ended, inputTokens, elapsedMs })
    return {
      ...{ ended, planned },
      waitsFor: { requests: this.#inFlight, inputTokens: this.#tokensInFlight },
      ...(aboutMs !== undefined && { aboutMs }),
    }
  }

  /** Of this run, about: what its length says of the phases that are still to come. */
  #leftMs(elapsedMs: number, warmup: WarmupView | undefined): number | undefined {
    const { aboutMs, warmup: work, quiesceMs = 0 } = this.#length ?? {}
    if (aboutMs === undefined) return undefined
    const warmupMs = work?.aboutMs ?? 0
    switch (this.#span?.phase) {
      case undefined:
        return aboutMs
      case 'warmup':
        return (warmup?.aboutMs ?? 0) + aboutMs - warmupMs
      case 'profiling':
        return Math.max(0, aboutMs - warmupMs - quiesceMs - elapsedMs)
      case 'drain':
        return 0
    }
  }

  #plannedMs(): number | undefined {
    const { until, drainMs } = this.#load
    if (this.#span?.phase === 'drain') return drainMs
    if (this.#span?.phase !== 'profiling' || until.kind !== 'window') return undefined
    return until.durationMs - this.#profiledMs
  }
}

/** Replies of warm-up come as the server gets through its prompts. Until the first has come, what was expected has to do. */
function warmupLeftMs(
  work: NonNullable<RunLength['warmup']>,
  {
    ended,
    inputTokens,
    elapsedMs,
  }: { readonly ended: number; readonly inputTokens: number; readonly elapsedMs: number },
): number | undefined {
  if (ended === 0) return work.aboutMs !== undefined && work.aboutMs > elapsedMs ? work.aboutMs - elapsedMs : undefined
  const leftTokens = work.inputTokens - inputTokens
  if (leftTokens > 0 && inputTokens > 0) return (elapsedMs / inputTokens) * leftTokens
  return (elapsedMs / ended) * Math.max(0, work.requests - ended)
}

function placeView({ point, of, laterMs }: RunPlace, ownMs: number | undefined): NonNullable<RunView['place']> {
  return { point, of, ...(laterMs !== undefined && ownMs !== undefined && { leftMs: ownMs + laterMs }) }
}

function addKnown(spread: Spread, value: number | undefined): void {
  if (value !== undefined) spread.add(value)
}

function quantilesOf(spread: Spread): Quantiles | undefined {
  const p50 = spread.quantile(0.5)
  return p50 === undefined ? undefined : { p50, p90: spread.quantile(0.9)!, p99: spread.quantile(0.99)! }
}
