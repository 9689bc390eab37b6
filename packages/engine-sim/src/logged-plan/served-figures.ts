import type { MeasuredRequest } from './measured-requests.ts'
import { nearestRank } from './nearest-rank.ts'

/** How a run of requests was served. */
export interface ServedFigures {
  readonly requests: number
  /** Share of the prompt tokens that were found in the cache; absent where no reply tells. */
  readonly hitRate?: number
  readonly ttftP50Ms: number
  readonly ttftP90Ms: number
  /** Absent where no reply has two tokens. */
  readonly tpotP50Ms?: number
  readonly tpotP90Ms?: number
  readonly outputTokensPerS: number
}

/** Percentiles by nearest rank; TTFT from the send, TPOT of replies of at least two tokens, output over the time from the first send to the last token. */
export function servedFigures(requests: readonly MeasuredRequest[]): ServedFigures {
  const sum = (of: (request: MeasuredRequest) => number) => requests.reduce((total, request) => total + of(request), 0)
  const ttft = requests.map(({ sentMs, firstMs }) => firstMs - sentMs)
  const tpot = requests.flatMap(({ firstMs, lastMs, outputTokens }) =>
    outputTokens > 1 ? [(lastMs - firstMs) / (outputTokens - 1)] : [],
  )
  const beganMs = requests.reduce((least, { sentMs }) => Math.min(least, sentMs), Infinity)
  const endedMs = requests.reduce((most, { lastMs }) => Math.max(most, lastMs), -Infinity)
  return {
    requests: requests.length,
    ...(requests.some(({ cachedTokens }) => cachedTokens !== undefined) && {
      hitRate: sum(({ cachedTokens = 0 }) => cachedTokens) / sum(({ promptTokens }) => promptTokens),
    }),
    ttftP50Ms: nearestRank(ttft, 0.5),
    ttftP90Ms: nearestRank(ttft, 0.9),
    ...(tpot.length > 0 && { tpotP50Ms: nearestRank(tpot, 0.5), tpotP90Ms: nearestRank(tpot, 0.9) }),
    outputTokensPerS: (1e3 * sum(({ outputTokens }) => outputTokens)) / (endedMs - beganMs),
  }
}

/** Each figure's own median over plays that are alike. */
export function medianFigures(plays: readonly ServedFigures[]): ServedFigures {
  const middle = (name: keyof ServedFigures) => {
    const sorted = plays.map((each) => each[name]!).sort((a, b) => a - b)
    return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
  }
  const names = Object.keys(plays[0]!) as (keyof ServedFigures)[]
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as unknown as ServedFigures
}
