import type { Corpus } from '../corpus.ts'

/** What a context of so many tokens leaves of the root sessions. A request fits where input and output do together, as a replay counts. */
export interface ContextCap {
  readonly tokens: number
  /** Traces of which every request fits. */
  readonly wholeTraces: number
  /** Traces of which the first request fits: the others cannot begin. */
  readonly startedTraces: number
  /** Requests before the first of their trace that does not fit. */
  readonly playableRequests: number
}

/** Limits that servers are often started with. */
export const usualCaps: readonly number[] = [32_768, 65_536, 131_072, 200_000, 262_144, 400_000, 1_000_000]

export function contextCaps({ traces }: Corpus, caps: readonly number[] = usualCaps): ContextCap[] {
  const lengths = traces.map(({ sessions }) =>
    sessions[0]!.turns.map(({ inputTokens, outputTokens }) => inputTokens + outputTokens),
  )
  return caps.map((tokens) => {
    const playable = lengths.map((turns) => {
      const first = turns.findIndex((length) => length > tokens)
      return first < 0 ? turns.length : first
    })
    return {
      tokens,
      wholeTraces: playable.filter((count, index) => count === lengths[index]!.length).length,
      startedTraces: playable.filter((count) => count > 0).length,
      playableRequests: playable.reduce((sum, count) => sum + count, 0),
    }
  })
}
