import type { RequestRecord } from '@reprise/replay-engine'
import { describe, expect, test } from 'vitest'
import { type Estimate, isInterval } from '../result/estimate.ts'
import { lanesLoad, okRecord, runHeader } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'

/*
 * Every figure of a run once more, from its records, by formulas that are written here and share nothing with those that the program uses:
 * sums over plain lists, quantiles from the sorted values, Student's t from a table.
 */

const windowMs = 70 * 60_000
const t = { 2: 4.302652729749464, 3: 3.18244630528371, 4: 2.776445105197794 }

/** Ten lanes that each play five trees, of five to thirty requests. */
const records = makeRecords()
const result = buildResult({
  header: runHeader(lanesLoad({ lanes: 10, until: { kind: 'window', durationMs: windowMs } })),
  records,
  phases: [{ phase: 'profiling', startMs: 0, endMs: windowMs }],
  ended: 'window',
})

const formulas = {
  ttft: (r: RequestRecord) => r.firstTokenMs! - r.sentMs!,
  tpot: (r: RequestRecord) => (r.lastTokenMs! - r.firstTokenMs!) / (r.outputTokens! - 1),
  e2e: (r: RequestRecord) => r.lastTokenMs! - r.sentMs!,
}
const shares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 }
const names = Object.keys(shares) as (keyof typeof shares)[]

describe.each(Object.entries(formulas))('%s', (name, formula) => {
  const metric = result.metrics[name as 'ttft']!
  const values = records.map(formula)
  const pace = name === 'tpot'

  test('mean, deviation, ends and percentiles', () => {
    const mean = sum(values) / values.length
    close(metric.mean, mean)
    close(metric.std, Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length))
    close(metric.min, Math.min(...values))
    close(metric.max, Math.max(...values))
    for (const each of names) close(metric[each], quantileOf(values, shares[each]))
  })

  test('there are intervals to compare', () => {
    expect(isInterval(metric.intervals!.p50) && isInterval(metric.intervals!.p75)).toBe(true)
  })

  test.each(names)('interval of %s', (each) => {
    const p = shares[each]
    const q = quantileOf(values, p)
    const error = errorOf(
      records.map((r, i) => ({ play: playOf(r), atMs: r.sentMs!, top: values[i]! <= q ? 1 : 0, bottom: 1 })),
      pace ? { blocks: 4, lags: 1 } : { blocks: 12, lags: 3 },
    )
    const reach = ((pace ? t[2] : t[4]) * error) / values.length
    const own =
      p - reach > 0 && p + reach < 1
        ? { low: quantileOf(values, p - reach), high: quantileOf(values, p + reach) }
        : undefined
    same(metric.intervals![each], own)
  })
})

test('speeds are those of the times per token', () => {
  const { tpot, interactivity } = result.metrics
  for (const each of names) close(interactivity![each], 1000 / tpot![each]!)
  const [slow, fast] = [tpot!.intervals!.p50, interactivity!.intervals!.p50] as { low: number; high: number }[]
  close(fast!.low, 1000 / slow!.high)
  close(fast!.high, 1000 / slow!.low)
})

test.each(['measured', 'ideal'] as const)('hit rate, %s', (name) => {
  const hits = (r: RequestRecord) => (name === 'measured' ? r.cachedTokens! : r.idealHitTokens)
  const input = sum(records.map((r) => r.inputTokens!))
  const missed = sum(records.map((r) => r.inputTokens! - hits(r)))
  close(result.cacheHit[name], 1 - missed / input)
  const error = errorOf(
    records.map((r) => ({
      ...{ play: playOf(r), atMs: r.sentMs! },
      ...{ top: r.inputTokens! - hits(r), bottom: r.inputTokens! },
    })),
    { blocks: 12, lags: 3 },
  )
  const factor = Math.exp((t[4] * error) / missed)
  const rate = missed / input
  same(result.cacheHit.intervals![name], { low: 1 - rate * factor, high: 1 - rate / factor })
})

test('throughput, and what its interval rests on: tokens of a play in the time that it has its lane', () => {
  const perS = (amount: number) => amount / (windowMs / 1000)
  const output = sum(records.map((r) => r.outputTokens!))
  const input = sum(records.map((r) => r.inputTokens!))
  const fresh = sum(records.map((r) => r.inputTokens! - r.cachedTokens!))
  const { throughput } = result
  expect(throughput?.windowMs).toBe(windowMs)
  close(throughput?.output, perS(output))
  close(throughput?.input, perS(input))
  close(throughput?.freshInput, perS(fresh))
  close(throughput?.total, perS(input + output))
  close(throughput?.requestsPerS, perS(records.length))
  const laneTime = playSpans().flatMap(({ play, fromMs, toMs }) =>
    piecesOf(Math.round((toMs - fromMs) * 1000), fromMs, toMs).map(({ atMs, amount }) => ({
      play,
      atMs,
      top: 0,
      bottom: amount,
    })),
  )
  const tokens = records.flatMap((r) =>
    piecesOf(r.outputTokens!, r.firstTokenMs!, r.lastTokenMs!).map(({ atMs, amount }) => ({
      play: playOf(r),
      atMs,
      top: amount,
      bottom: 0,
    })),
  )
  const inputs = records.map((r) => ({ play: playOf(r), atMs: r.firstTokenMs!, top: r.inputTokens!, bottom: 0 }))
  const check = (estimate: Estimate | undefined, value: number, parts: typeof tokens, all: number) => {
    const factor = Math.exp((t[3] * errorOf([...laneTime, ...parts], { blocks: 6, lags: 2 })) / all)
    same(estimate, { low: value / factor, high: value * factor })
  }
  check(throughput?.intervals?.output, perS(output), tokens, output)
  check(throughput?.intervals?.input, perS(input), inputs, input)
  check(throughput?.intervals?.total, perS(input + output), [...tokens, ...inputs], input + output)
})

interface Part {
  readonly play: string
  readonly atMs: number
  readonly top: number
  readonly bottom: number
}

/** The root of the variance of the sum of top - ratio * bottom. */
function errorOf(parts: readonly Part[], { blocks, lags }: { readonly blocks: number; readonly lags: number }): number {
  const ratio = sum(parts.map(({ top }) => top)) / sum(parts.map(({ bottom }) => bottom))
  const blockOf = ({ atMs }: Part) => Math.min(blocks - 1, Math.floor((atMs / windowMs) * blocks))
  const grouped = (name: (part: Part) => string | number) =>
    [...Map.groupBy(parts, name).values()].map((own) => sum(own.map(({ top, bottom }) => top - ratio * bottom)))
  const squares = (left: readonly number[]) => (sum(left.map((each) => each ** 2)) * left.length) / (left.length - 1)
  const byPlay = squares(grouped(({ play }) => play))
  const byCell = squares(grouped((part) => `${part.play} ${blockOf(part)}`))
  const inTime = Array.from({ length: blocks }, (_, block) =>
    sum(parts.filter((part) => blockOf(part) === block).map(({ top, bottom }) => top - ratio * bottom)),
  )
  let likeness = 0
  for (let lag = 1; lag <= lags; lag += 1)
    for (let i = lag; i < blocks; i += 1) likeness += 2 * (1 - lag / (lags + 1)) * inTime[i]! * inTime[i - lag]!
  const byTime = squares(inTime) + (Math.max(0, likeness) * blocks) / (blocks - 1)
  return Math.sqrt(Math.max(byPlay + byTime - byCell, byPlay, byTime))
}

/** An amount over a span of time, cut at the ends of the six blocks into whole pieces. */
function piecesOf(amount: number, fromMs: number, toMs: number): { atMs: number; amount: number }[] {
  const edges = [1, 2, 3, 4, 5].map((i) => (windowMs * i) / 6).filter((edge) => edge > fromMs && edge <= toMs)
  const until = [...edges.map((edge) => Math.round((amount * (edge - fromMs)) / (toMs - fromMs))), amount]
  const starts = [fromMs, ...edges]
  return until.map((each, i) => ({ atMs: starts[i]!, amount: each - (until[i - 1] ?? 0) }))
}

function playSpans(): { play: string; fromMs: number; toMs: number }[] {
  return [...Map.groupBy(records, ({ lane }) => lane).values()].flatMap((ofLane) => {
    const plays = [...Map.groupBy(ofLane, playOf)].map(([play, own]) => ({
      play,
      atMs: Math.min(...own.map(({ dueMs }) => dueMs)),
    }))
    plays.sort((one, other) => one.atMs - other.atMs)
    return plays.map(({ play, atMs }, i) => ({
      play,
      fromMs: i === 0 ? 0 : atMs,
      toMs: plays[i + 1]?.atMs ?? windowMs,
    }))
  })
}

function playOf({ lane, play }: RequestRecord): string {
  return `${lane}/${play}`
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

/** Linear between the neighbours of the place (n - 1) p. */
function quantileOf(values: readonly number[], p: number): number {
  const rising = [...values].sort((one, other) => one - other)
  const place = (rising.length - 1) * p
  const [below, above] = [rising[Math.floor(place)]!, rising[Math.ceil(place)]!]
  return below + (above - below) * (place - Math.floor(place))
}

function same(estimate: Estimate | undefined, own: { readonly low: number; readonly high: number } | undefined): void {
  if (!own) {
    expect(estimate).toEqual({ notEstimable: 'beyond-values' })
    return
  }
  const { low, high } = estimate as { low: number; high: number }
  close(low, own.low)
  close(high, own.high)
}

/** To nine digits. */
function close(value: number | undefined, own: number): void {
  expect(Math.abs(value! / own - 1)).toBeLessThan(1e-9)
}

function makeRecords(): RequestRecord[] {
  let state = 1
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const made: RequestRecord[] = []
  for (let lane = 0; lane < 10; lane += 1)
    for (let play = 0; play < 5; play += 1) {
      const turns = 5 + Math.floor(25 * draw())
      const slow = 1 + draw()
      const startMs = (windowMs * play) / 5 + 1000 * draw()
      for (let turn = 0; turn < turns; turn += 1) {
        const sentMs = startMs + (turn * windowMs * 0.18) / turns + 100 * draw()
        const firstTokenMs = sentMs + 50 * slow + 400 * draw() ** 4
        const outputTokens = 10 + Math.floor(500 * draw())
        const lastTokenMs = firstTokenMs + (outputTokens - 1) * (9 + 3 * draw() + 0.1 * Math.sin(sentMs / 200_000))
        const inputTokens = 1000 + Math.floor(50_000 * slow * draw())
        const idealHitTokens = Math.floor(inputTokens * (0.9 + 0.1 * draw()))
        made.push(
          okRecord({
            ...{ id: `${lane}.${play}.0.${turn}`, lane, play, turn, dueMs: sentMs, sentMs, firstTokenMs, lastTokenMs },
            ...{ firstAnswerMs: firstTokenMs, doneMs: lastTokenMs, chunks: outputTokens, inputTokens, outputTokens },
            ...{ plannedInputTokens: inputTokens, plannedOutputTokens: outputTokens, idealHitTokens },
            cachedTokens: Math.floor(idealHitTokens * (0.9 + 0.1 * draw())),
          }),
        )
      }
    }
  return made
}
