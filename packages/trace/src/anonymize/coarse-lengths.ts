import type { Corpus } from '../corpus.ts'

/** What of a corpus's lengths is left: the function of each, and how many it changed. */
export interface CoarseLengths {
  input(tokens: number): number
  output(tokens: number): number
  /** Tokens of tools and system of one session. */
  head(head: Head): Head
}

interface Head {
  readonly toolTokens: number
  readonly systemTokens: number
}

/**
 * Makes lengths coarse that fewer than `rareBelow` turns (of `toolTokens` and `systemTokens`: sessions) have: such a number by itself may tell which
 * request it was.
 *
 * - an input goes to the middle of its last block, so that blocks, their ids and what a cache can hold stay as they are;
 * - an output to two leading digits;
 * - tokens of tools and system to whole blocks, as many together as before.
 */
export function coarseLengths({ blockSize, traces }: Corpus, rareBelow: number): CoarseLengths {
  const sessions = traces.flatMap((trace) => trace.sessions)
  const turns = sessions.flatMap((session) => session.turns)
  const inputs = countsOf(turns.map(({ inputTokens }) => inputTokens))
  const outputs = countsOf(turns.map(({ outputTokens }) => outputTokens))
  const heads = countsOf(sessions.map(headName))
  const blocks = (tokens: number) => blockSize * Math.ceil(tokens / blockSize)
  return {
    input(tokens) {
      const rest = tokens % blockSize
      return inputs.get(tokens)! >= rareBelow || rest === 0 ? tokens : tokens - rest + Math.max(1, blockSize >> 1)
    },
    output: (tokens) => (outputs.get(tokens)! >= rareBelow ? tokens : twoDigits(tokens)),
    head(head) {
      const { toolTokens, systemTokens } = head
      if (heads.get(headName(head))! >= rareBelow) return { toolTokens, systemTokens }
      const tools = blocks(toolTokens)
      return { toolTokens: tools, systemTokens: blocks(toolTokens + systemTokens) - tools }
    },
  }
}

/** How many of the values fewer than `rareBelow` share. */
export function rareAmong(values: readonly number[], rareBelow: number): number {
  return [...countsOf(values).values()].reduce((sum, count) => sum + (count < rareBelow ? count : 0), 0)
}

function headName({ toolTokens, systemTokens }: Head): string {
  return `${toolTokens} ${systemTokens}`
}

function countsOf<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function twoDigits(tokens: number): number {
  if (tokens < 100) return tokens
  const unit = 10 ** (Math.floor(Math.log10(tokens)) - 1)
  return unit * Math.round(tokens / unit)
}
