import type { RequestRecord } from '@reprise/replay-engine'
import { basis, type Figures, interval, type Part, pooledReach, sum } from './own-formulas.fixture.ts'
import { ok, playOf, records, windowMs } from './recomputed-run.fixture.ts'

const perS = (amount: number) => amount / (windowMs / 1000)
const plays = ok.map(playOf)

/** Hit rates: tokens of a prompt that no cache held, over all of them. */
export function ownHits(): Figures {
  const kinds = {
    measured: { input: (r: RequestRecord) => r.inputTokens!, hits: (r: RequestRecord) => r.cachedTokens! },
    ideal: { input: (r: RequestRecord) => r.plannedInputTokens, hits: (r: RequestRecord) => r.idealHitTokens },
  }
  const own: Figures = { 'cacheHit.knownRequests': ok.length, 'cacheHit.requests': ok.length }
  for (const [name, { input, hits }] of Object.entries(kinds)) {
    const missed = sum(ok.map((r) => input(r) - hits(r)))
    const rate = missed / sum(ok.map(input))
    const { distance, degrees } = pooledReach(
      ok.map((r) => ({ play: playOf(r), atMs: r.sentMs!, top: input(r) - hits(r), bottom: input(r) })),
      { blocks: 12, lags: 3, ofBlocks: 3, plays },
    )
    const factor = Math.exp(distance / missed)
    const ends = { low: 1 - rate * factor, value: 1 - rate, high: 1 - rate / factor }
    const path = `cacheHit.intervals.${name}`
    Object.assign(own, { [`cacheHit.${name}`]: 1 - rate, [`${path}.degrees`]: degrees }, interval(path, ends))
  }
  return { ...own, ...basis('cacheHit.intervals', plays) }
}

/** Throughput, and what its intervals rest on: what a play yields in the time that it has its lane. */
export function ownThroughput(): Figures {
  const laneTime = playSpans().flatMap(({ play, fromMs, toMs }) =>
    piecesOf(Math.round((toMs - fromMs) * 1000), fromMs, toMs).map(({ atMs, amount }): Part => {
      return { play, atMs, top: 0, bottom: amount }
    }),
  )
  const yields = (of: (r: RequestRecord) => number, atMs: (r: RequestRecord) => number) =>
    ok.map((r): Part => ({ play: playOf(r), atMs: atMs(r), top: of(r), bottom: 0 }))
  const firstMs = (r: RequestRecord) => r.firstTokenMs!
  const output = ok.flatMap((r) =>
    piecesOf(r.outputTokens!, r.firstTokenMs!, r.lastTokenMs!).map(({ atMs, amount }): Part => {
      return { play: playOf(r), atMs, top: amount, bottom: 0 }
    }),
  )
  const input = yields((r) => r.inputTokens!, firstMs)
  const rates: Record<string, Part[]> = {
    ...{ output, input, total: [...output, ...input] },
    freshInput: yields((r) => r.inputTokens! - r.cachedTokens!, firstMs),
    requestsPerS: yields(
      () => 1,
      (r) => r.lastTokenMs!,
    ),
  }
  const own: Figures = { 'throughput.windowMs': windowMs, ...basis('throughput.intervals', plays) }
  for (const [name, parts] of Object.entries(rates)) {
    const amount = sum(parts.map(({ top }) => top))
    const how = { blocks: 12, lags: 3, ofBlocks: 1.5, plays }
    const { distance, degrees } = pooledReach([...laneTime, ...parts], how)
    const factor = Math.exp(distance / amount)
    const value = perS(amount)
    Object.assign(
      own,
      { [`throughput.${name}`]: value, [`throughput.intervals.${name}.degrees`]: degrees },
      interval(`throughput.intervals.${name}`, { low: value / factor, value, high: value * factor }),
    )
  }
  return own
}

/** An amount over a span of time, cut at the ends of the twelve blocks into whole pieces. */
function piecesOf(amount: number, fromMs: number, toMs: number): { atMs: number; amount: number }[] {
  const ends = Array.from({ length: 11 }, (_, i) => (windowMs * (i + 1)) / 12)
  const edges = ends.filter((edge) => edge > fromMs && edge <= toMs)
  const until = [...edges.map((edge) => Math.round((amount * (edge - fromMs)) / (toMs - fromMs))), amount]
  const starts = [fromMs, ...edges]
  return until.map((each, i) => ({ atMs: starts[i]!, amount: each - (until[i - 1] ?? 0) }))
}

function playSpans(): { play: string; fromMs: number; toMs: number }[] {
  return [...Map.groupBy(records, ({ lane }) => lane).values()].flatMap((ofLane) => {
    const starts = [...Map.groupBy(ofLane, playOf)].map(([play, own]) => ({
      play,
      atMs: Math.min(...own.map(({ dueMs }) => dueMs)),
    }))
    starts.sort((one, other) => one.atMs - other.atMs)
    return starts.map(({ play, atMs }, i) => ({
      play,
      fromMs: i === 0 ? 0 : atMs,
      toMs: starts[i + 1]?.atMs ?? windowMs,
    }))
  })
}
