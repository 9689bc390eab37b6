import { mixKey } from '@reprise/engine-sim/core'
import type { Corpus } from '@reprise/trace'
import { blocksOf } from '@reprise/trace/blocks'

/** A request that comes at its recorded time, whatever became of those before. */
export interface Arrival {
  readonly atMs: number
  readonly promptTokens: number
  readonly outputTokens: number
  /** Chained, of blocks as the engine has them. */
  readonly blockKeys: Float64Array
}

/** All requests of a corpus by their times. `blockSize`: tokens per KV block, a whole part of those of the corpus. */
export function arrivalsOf(corpus: Corpus, blockSize: number): Arrival[] {
  const arrivals = corpus.traces.flatMap(({ startMs: traceMs = 0, sessions }) =>
    sessions.flatMap((session) =>
      session.turns.map(({ startMs, inputTokens, outputTokens, partialBlock }, turn) => {
        const ids = [...blocksOf(session, turn), ...(partialBlock === undefined ? [] : [partialBlock])]
        const blockKeys = keysOf(ids, Math.floor(inputTokens / blockSize), corpus.blockSize / blockSize)
        return { atMs: traceMs + startMs, promptTokens: inputTokens, outputTokens, blockKeys }
      }),
    ),
  )
  return arrivals.sort((one, other) => one.atMs - other.atMs)
}

function keysOf(ids: readonly number[], count: number, parts: number): Float64Array {
  const keys = new Float64Array(count)
  let key = 1
  for (let at = 0; at < count; at += 1) {
    key = mixKey(mixKey(key, ids[Math.floor(at / parts)]!), at % parts)
    keys[at] = key
  }
  return keys
}
