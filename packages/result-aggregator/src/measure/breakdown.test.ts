import type { RequestRecord } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { okRecord, onePlan, unansweredRecord } from '../testing/run.fixture.ts'
import { BreakdownMeter } from './breakdown.ts'
import { MetricMeter } from './metric-meter.ts'

const { turns } = onePlan().trees[0]!.sessions[0]!
const sessions = [
  { id: 'root', turns },
  { id: 'child', parent: 0, turns },
  { id: 'grandchild', parent: 1, turns },
]
const plan = { trees: [{ traceId: 'trace_a', trace: 0, sessions }] }

function breakdownOf(records: readonly RequestRecord[], { withPlan = true } = {}) {
  const meter = new BreakdownMeter(withPlan ? plan : undefined)
  const metrics = new MetricMeter()
  for (const record of records) {
    meter.add(record)
    metrics.add(record)
  }
  return meter.result((name) => metrics.valuesOf(name))
}

const bounds = (parts: readonly { from: number; to?: number | undefined; requests: number }[]) =>
  parts.map(({ from, to, requests }) => [from, to, requests])

test('turns by themselves and then in doubling parts; prompts from 1,024 tokens on', () => {
  const { turn, context } = breakdownOf([
    ...[0, 1, 2, 3, 4, 7, 8].map((turn) => okRecord({ turn })),
    ...[1_023, 1_024, 2_047, 2_048, 200_000].map((plannedInputTokens) => okRecord({ plannedInputTokens, turn: 100 })),
  ])
  expect(bounds(turn)).toEqual([
    [0, 0, 1],
    [1, 1, 1],
    [2, 3, 2],
    [4, 7, 2],
    [8, 15, 1],
    [64, 127, 5],
  ])
  expect(bounds(context)).toEqual([
    [0, 1_023, 8],
    [1_024, 2_047, 2],
    [2_048, 4_095, 1],
    [131_072, 262_143, 1],
  ])
})

test('how many agents stand above a session', () => {
  const { depth } = breakdownOf(['0.0.0.0', '0.0.2.0', '0.0.1.0', '0.0.2.1'].map((id) => okRecord({ id })))
  expect(bounds(depth!)).toEqual([
    [0, 0, 1],
    [1, 1, 1],
    [2, 2, 2],
  ])
  expect(breakdownOf([okRecord()], { withPlan: false })).not.toHaveProperty('depth')
})

test('the figures of a part', () => {
  const { turn } = breakdownOf([
    okRecord(),
    okRecord({ firstTokenMs: 1_200, lastTokenMs: 1_800, cachedTokens: 0 }),
    unansweredRecord({ kind: 'failed', class: 'timeout', message: '' }),
  ])
  expect(turn).toEqual([
    {
      from: 0,
      to: 0,
      requests: 3,
      unanswered: 1,
      ttft: { n: 2, p50: 150, p90: 190 },
      tpot: { n: 2, p50: 55, p90: 59 },
      e2e: { n: 2, p50: 700, p90: 780 },
      hitMeasured: 0.32,
      hitIdeal: 0.704,
    },
  ])
})

test('what the end cut off stands behind all that is known, but a first token that came', () => {
  const cut = unansweredRecord({ kind: 'cancelled' }, { firstTokenMs: 1_500, lastTokenMs: 1_900, chunks: 3 })
  const [part] = breakdownOf([okRecord(), cut]).turn
  expect(part).toMatchObject({ unanswered: 1, ttft: { n: 1, p50: 100, p90: 100 }, e2e: { n: 1, cutOff: 1 } })
  expect(part!.e2e).not.toHaveProperty('p50')
})
