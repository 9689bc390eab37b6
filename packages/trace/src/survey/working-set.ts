import type { Corpus, Session, Trace } from '../corpus.ts'
import { turnsInTime } from '../recording/turns-in-time.ts'
import { quantile } from './quantile.ts'

/** What was used within the last `windowMs`: what a cache that drops blocks left alone for so long would hold. */
export interface WorkingSet {
  readonly windowMs: number
  /** Over the instants of requests, the request's own prompt included. */
  readonly p50Tokens: number
  readonly p90Tokens: number
  readonly maxTokens: number
  /** Share of all blocks asked for that were used within the window before. */
  readonly hitRate: number
  /** From start to end, at even distances: the tokens at that instant, or their mean over the traces that are on by then. */
  readonly overTime: readonly { readonly atMs: number; readonly tokens: number }[]
}

export interface WorkingSets {
  /** `recording`: one set for all, by the times of the recording. `trace`: traces were recorded one by one, and each has its own set. */
  readonly clock: 'recording' | 'trace'
  readonly windows: readonly WorkingSet[]
}

const minuteMs = 60_000
export const usualWindowsMs: readonly number[] = [minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs]
const instants = 48

/**
 * Working sets over the recorded times, subagents included; `undefined` where nothing has a block.
 *
 * Source: P. J. Denning, The Working Set Model for Program Behavior, CACM 11(5), 1968.
 */
export function workingSets(corpus: Corpus, windowsMs: readonly number[] = usualWindowsMs): WorkingSets | undefined {
  const { traces, blockSize } = corpus
  const isOne = traces.length > 0 && traces.every(({ startMs }) => startMs !== undefined)
  const parts = isOne ? [recordingUse(corpus, windowsMs)] : traces.map((trace) => useOf([trace], windowsMs))
  const uses = parts.flat().filter(({ blocks }) => blocks > 0)
  if (uses.length === 0) return undefined
  const spans = uses.map(({ endMs }) => endMs).sort((a, b) => a - b)
  // A few traces lie open for days; what most of them do would be a single instant.
  const untilMs = isOne ? spans.at(-1)! : quantile(spans, 0.9)!
  const windows = windowsMs.map((windowMs, window): WorkingSet => {
    const levels = uses.map(({ levels: all }) => all[window]!)
    const atRequests = Float64Array.from(levels.flatMap(({ atTurns }) => atTurns)).sort()
    const hits = levels.reduce((sum, level) => sum + level.hits, 0)
    const blocks = uses.reduce((sum, use) => sum + use.blocks, 0)
    return {
      windowMs,
      p50Tokens: blockSize * quantile(atRequests, 0.5)!,
      p90Tokens: blockSize * quantile(atRequests, 0.9)!,
      maxTokens: blockSize * atRequests.at(-1)!,
      hitRate: hits / blocks,
      overTime: Array.from({ length: instants + 1 }, (_, step) => {
        const atMs = (untilMs * step) / instants
        const on = uses.flatMap((use, index) => (use.endMs >= atMs ? levels[index]! : []))
        const total = on.reduce((sum, level) => sum + level.at(atMs), 0)
        return { atMs, tokens: (blockSize * total) / (isOne ? 1 : on.length) }
      }),
    }
  })
  return { clock: isOne ? 'recording' : 'trace', windows }
}

/** One clock for all traces. Ids that mean something inside a trace only are kept apart by numbering them over all. */
function recordingUse({ traces, blockScope }: Corpus, windowsMs: readonly number[]): Use {
  return useOf(traces, windowsMs, blockScope === 'local')
}

interface Use {
  /** Blocks asked for, over all prompts. */
  readonly blocks: number
  readonly endMs: number
  /** By window. */
  readonly levels: readonly Level[]
}

interface Level {
  readonly hits: number
  /** Blocks in the set at each turn. */
  readonly atTurns: readonly number[]
  at(ms: number): number
}

function useOf(traces: readonly Trace[], windowsMs: readonly number[], idsAreOwn = false): Use {
  const turns = turnsInTime(traces)
  const originMs = turns[0]?.atMs ?? 0
  const timesMs = Float64Array.from(turns, ({ atMs }) => atMs - originMs)
  const numbers = new BlockNumbers()
  const lastUse: number[] = []
  const counts = windowsMs.map(() => ({
    hits: 0,
    enters: new Float64Array(turns.length),
    leaves: new Float64Array(turns.length),
  }))
  let blocks = 0
  for (const [now, { trace, session, turn }] of turns.entries()) {
    const prompt = numbers.promptOf(trace.sessions[session]!, turn, idsAreOwn ? trace.id : '')
    blocks += prompt.length
    // Neighbours in a prompt were mostly used together before, and are counted together.
    for (let start = 0; start < prompt.length; ) {
      const before = lastUse[prompt[start]!] ?? -1
      let end = start
      while (end < prompt.length && (lastUse[prompt[end]!] ?? -1) === before) {
        lastUse[prompt[end]!] = now
        end += 1
      }
      countRun(end - start, before, now)
      start = end
    }
  }
  for (const last of lastUse) for (const { leaves } of counts) leaves[last]! += 1
  const levels = counts.map((each, window) => levelOf(each, timesMs, windowsMs[window]!))
  return { blocks, endMs: timesMs.at(-1) ?? 0, levels }

  function countRun(length: number, before: number, now: number): void {
    for (const [window, { enters, leaves }] of counts.entries()) {
      if (before >= 0 && timesMs[now]! - timesMs[before]! <= windowsMs[window]!) {
        counts[window]!.hits += length
        continue
      }
      enters[now]! += length
      if (before >= 0) leaves[before]! += length
    }
  }
}

/** Blocks enter at a turn, and those last used at a turn leave a window after it. */
function levelOf(
  { hits, enters, leaves }: { hits: number; enters: Float64Array; leaves: Float64Array },
  timesMs: Float64Array,
  windowMs: number,
): Level {
  const [entered, left] = [runningSum(enters), runningSum(leaves)]
  // A block that is used again when its window just ends has not left.
  const at = (ms: number) => (entered[lastAt(timesMs, ms)] ?? 0) - (left[lastBefore(timesMs, ms - windowMs)] ?? 0)
  return { hits, atTurns: Array.from(timesMs, at), at }
}

function runningSum(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => (sum += value))
}

/** Index of the last time that is at most `ms`; -1 where none is. */
function lastAt(timesMs: Float64Array, ms: number): number {
  let [low, high] = [0, timesMs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (timesMs[middle]! <= ms) low = middle + 1
    else high = middle
  }
  return low - 1
}

function lastBefore(timesMs: Float64Array, ms: number): number {
  let [low, high] = [0, timesMs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (timesMs[middle]! < ms) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Numbers blocks from 0, and keeps the numbers of every session's last prompt. A prompt is valid until the next is asked for. */
class BlockNumbers {
  readonly #numbers = new Map<string, Map<number, number>>()
  readonly #prompts = new Map<Session, Int32Array>()
  #next = 0

  /** The whole prompt; ids mean the same in one space. */
  promptOf(session: Session, turn: number, space: string): Int32Array {
    const { sharedBlocks, ownBlocks, partialBlock } = session.turns[turn]!
    const numbers = this.#numbers.get(space) ?? new Map<number, number>()
    this.#numbers.set(space, numbers)
    const full = sharedBlocks + ownBlocks.length
    const prompt = this.#roomFor(session, full + 1, sharedBlocks)
    for (const [index, id] of ownBlocks.entries()) prompt[sharedBlocks + index] = this.#numberOf(id, numbers)
    if (partialBlock === undefined) return prompt.subarray(0, full)
    prompt[full] = this.#numberOf(partialBlock, numbers)
    return prompt.subarray(0, full + 1)
  }

  #numberOf(id: number, numbers: Map<number, number>): number {
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, this.#next)
    return this.#next++
  }

  #roomFor(session: Session, length: number, kept: number): Int32Array {
    const room = this.#prompts.get(session) ?? new Int32Array(0)
    if (room.length >= length) return room
    const larger = new Int32Array(Math.ceil(length * 1.5))
    larger.set(room.subarray(0, kept))
    this.#prompts.set(session, larger)
    return larger
  }
}
