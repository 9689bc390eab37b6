import type { Engine, EngineCounts, EngineOptions } from './engine.ts'
import type { SchedulerConfig, VllmEngineConfig } from './engine-config.ts'
import type { EngineListener, EngineRequest } from './engine-request.ts'
import { mixKey } from './mix-key.ts'

/** Blocks of 4 tokens and nothing in the way: tests narrow what they are about. */
export function tinyConfig(changes: Partial<SchedulerConfig> = {}): SchedulerConfig {
  return {
    numBlocks: 101,
    blockSize: 4,
    maxNumSeqs: 8,
    maxNumBatchedTokens: 100,
    maxModelLen: 400,
    enablePrefixCaching: true,
    enableChunkedPrefill: true,
    longPrefillTokenThreshold: 0,
    reserveFullIsl: true,
    watermark: 0,
    ...changes,
  }
}

/** A step takes 10 ms, and 1 ms for each prefill token. */
export function tinyEngine(changes: Partial<SchedulerConfig> = {}, decodeMsPerThousandContext = 0): VllmEngineConfig {
  return {
    schema: 'engine/1',
    model: 'tiny',
    scheduler: tinyConfig(changes),
    stepTime: {
      baseMs: 10,
      prefillMsPerToken: 1,
      prefillMsPerMillionTokenContext: 0,
      decodeMsPerSequence: 0,
      decodeMsPerThousandContext,
    },
  }
}

/** A request whose first blocks hold the given contents, a letter each; what follows is its own. */
export function requestOf(id: string, promptTokens: number, outputTokens: number, contents = ''): EngineRequest {
  let key = 1
  const keys = [...contents].map((content) => {
    key = mixKey(key, content.codePointAt(0)!)
    return key
  })
  return { id, promptTokens, outputTokens, blockKeys: Float64Array.from(keys), finishReason: 'length' }
}

/** Makes an engine that tells the listener. */
export type MakeEngine = (listener: EngineListener, options?: EngineOptions) => Engine

export interface Call {
  readonly atMs: number
  readonly submit?: EngineRequest
  readonly abort?: string
}

export interface Driven {
  /** `instant id tokens` and `instant id end`, as told. */
  readonly heard: readonly string[]
  /** How each request ended: cached tokens and instants. */
  readonly ends: ReadonlyMap<string, string>
  readonly counts: EngineCounts
  /** How often it was advanced. */
  readonly wakes: number
}

/** Everything the listener heard, the calls made at their instants and the engine called when it wanted to be, or so much later. */
export function drive(
  make: MakeEngine,
  calls: readonly Call[],
  { lateMs = 0, ...options }: EngineOptions & { readonly lateMs?: number } = {},
): Driven {
  const heard: string[] = []
  const ends = new Map<string, string>()
  let wakes = 0
  const engine = make(listenerOf(heard, ends), options)
  const pending = calls.toSorted((one, other) => one.atMs - other.atMs)
  for (;;) {
    const next = pending[0]
    const dueMs = (engine.wakeMs ?? Number.POSITIVE_INFINITY) + lateMs
    if (next && next.atMs <= dueMs) {
      pending.shift()
      if (next.submit) engine.submit(next.submit, next.atMs)
      if (next.abort !== undefined) engine.abort(next.abort, next.atMs)
    } else if (engine.wakeMs === undefined) {
      return { heard, ends, counts: engine.counts, wakes }
    } else {
      wakes += 1
      engine.advance(dueMs)
    }
  }
}

/** Writes down what it hears. */
export function listenerOf(heard: string[], ends = new Map<string, string>()): EngineListener {
  return {
    tokens: ({ id }, count, atMs) => heard.push(`${atMs} ${id} ${count}`),
    finished: ({ id }, cachedTokens, atMs, timing) => {
      heard.push(`${atMs} ${id} end`)
      ends.set(id, JSON.stringify({ cachedTokens, atMs, ...timing }))
    },
  }
}

/** Tokens that were told of a request. */
export function tokensOf(heard: readonly string[], id: string): number {
  const told = heard.map((line) => line.split(' ')).filter(([, whose, what]) => whose === id && what !== 'end')
  return sumOf(told.map(([, , count]) => Number(count)))
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

export function commonLength(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}
