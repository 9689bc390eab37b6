import type { EngineConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import { makeEngine } from '../engines/make-engine.ts'

/** So many requests at a time, of random lengths, none of which share anything. */
export interface ClosedLoad {
  readonly concurrency: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Lengths are drawn evenly between these shares of the lengths. Equal ones never part requests that began together, as a server's clients do. */
  readonly shares: readonly [shortest: number, longest: number]
  /** Requests per place: the first of each begin together, and a longer run would have more of the others. */
  readonly rounds: number
  /** Rounds of the run that this stands for. */
  readonly standsForRounds: number
}

/** Of the engine: without the way to it and back. */
export interface ClosedLoopResult {
  readonly ttftMs: number
  readonly tpotMs: number
  /** Of the requests that did not begin with all the others. */
  readonly medianTtftMs: number
  readonly medianTpotMs: number
  /** Requests that lost their blocks and were computed again. */
  readonly preemptions: number
}

interface Ended {
  readonly ttftMs: number
  readonly tpotMs: number | undefined
}

/**
 * Mean time to the first token, and mean time per output token after it, of a load on an engine. Each request begins when one before it ends;
 * the first begin at one instant, and count as often as they would in the run that is stood for.
 */
export function closedLoop(config: EngineConfig, load: ClosedLoad): ClosedLoopResult {
  const requests = load.concurrency * load.rounds
  const ended: Ended[] = []
  let preemptions = 0
  let freed = 0
  const listener = {
    tokens: () => {},
    finished: (
      { id, outputTokens }: EngineRequest,
      _cached: number,
      atMs: number,
      timing: { readonly queuedMs: number; readonly firstTokenMs: number; readonly preemptions: number },
    ) => {
      const ttftMs = timing.firstTokenMs - timing.queuedMs
      const tpotMs = outputTokens > 1 ? (atMs - timing.firstTokenMs) / (outputTokens - 1) : undefined
      ended[Number(id)] = { ttftMs, tpotMs }
      preemptions += timing.preemptions
      freed += 1
    },
  }
  const engine = makeEngine(config, listener, { fastForward: true })
  let next = 0
  const submit = (count: number, nowMs: number) => {
    for (let i = 0; i < count && next < requests; i += 1) {
      engine.submit(requestOf(next, load), nowMs)
      next += 1
    }
  }
  submit(load.concurrency, 0)
  for (let wakeMs = engine.wakeMs; wakeMs !== undefined; wakeMs = engine.wakeMs) {
    engine.advance(wakeMs)
    submit(freed, wakeMs)
    freed = 0
  }
  return { ...meansOf(ended, load), ...mediansOf(ended.slice(load.concurrency)), preemptions }
}

function requestOf(number: number, { inputTokens, outputTokens, shares }: ClosedLoad): EngineRequest {
  const [shortest, longest] = shares
  const length = (tokens: number, draw: number) =>
    Math.max(1, Math.round(tokens * (shortest + (longest - shortest) * draw)))
  return {
    id: String(number),
    promptTokens: length(inputTokens, spread(number, 0.754_877_666)),
    outputTokens: length(outputTokens, spread(number, 0.569_840_291)),
    blockKeys: new Float64Array(0),
    finishReason: 'length',
  }
}

/** Between 0 and 1, evenly over any stretch of numbers. Source: the plastic number's low-discrepancy sequence in two dimensions. */
function spread(number: number, step: number): number {
  return (0.5 + number * step) % 1
}

/** The first of each place count once in as many rounds as are stood for. */
function meansOf(ended: readonly Ended[], load: ClosedLoad): { readonly ttftMs: number; readonly tpotMs: number } {
  const first = ended.slice(0, load.concurrency)
  const later = ended.slice(load.concurrency)
  const shareOfFirst = later.length > 0 ? 1 / load.standsForRounds : 1
  const mean = (pick: (one: Ended) => number | undefined) =>
    shareOfFirst * meanOf(first.flatMap((one) => pick(one) ?? [])) +
    (1 - shareOfFirst) * meanOf(later.flatMap((one) => pick(one) ?? []))
  return { ttftMs: mean(({ ttftMs }) => ttftMs), tpotMs: mean(({ tpotMs }) => tpotMs) }
}

function mediansOf(later: readonly Ended[]): { readonly medianTtftMs: number; readonly medianTpotMs: number } {
  const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
  return {
    medianTtftMs: median(later.map(({ ttftMs }) => ttftMs)),
    medianTpotMs: median(later.flatMap(({ tpotMs }) => tpotMs ?? [])),
  }
}

function meanOf(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0
}
