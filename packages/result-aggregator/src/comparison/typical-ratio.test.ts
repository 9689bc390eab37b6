import { expect, test } from 'vitest'
import { comparedRun, type TurnScript, wobble } from './compared.fixture.ts'
import { TurnPairs } from './turn-pairs.ts'
import { typicalRatio } from './typical-ratio.ts'

function ratioOf(b: (lane: number, turn: number) => TurnScript, a: typeof b = () => ({})) {
  const pairs = new TurnPairs(comparedRun(a), comparedRun(b))
  return typicalRatio(pairs.latencies('tpot'), pairs)
}

test('turns that are all slower by the same share are slower by just that: an interval without width is one', () => {
  const found = ratioOf(() => ({ tpotMs: 51.5 }))
  expect(found.value).toBeCloseTo(1.03, 9)
  expect(found.estimate).toEqual({ low: expect.closeTo(1.03, 9), high: expect.closeTo(1.03, 9) })
})

test('a run beside itself has a ratio of 1', () => {
  expect(ratioOf(() => ({}))).toEqual({ value: 1, estimate: { low: 1, high: 1 } })
})

test('what differs from turn to turn gives an interval around the middle', () => {
  const { value, estimate } = ratioOf((lane, turn) => ({ tpotMs: 50 * 1.03 * (1 + 0.02 * wobble(lane, turn)) }))
  const { low, high } = estimate as { low: number; high: number }
  expect(value).toBeGreaterThan(low)
  expect(value).toBeLessThan(high)
  expect(low).toBeGreaterThan(1)
  expect(high).toBeLessThan(1.06)
})

test('a few turns that ran beside others than before move it little', () => {
  const { value } = ratioOf((lane, turn) => ({ tpotMs: lane === 0 && turn < 20 ? 500 : 51.5 }))
  expect(value).toBeCloseTo(1.03, 9)
})

test('turns that B fails are infinitely slower: whoever drops its slow turns is not faster', () => {
  // Those that are left take a tenth less, without any doubt.
  const failing =
    (most: number) =>
    (lane: number, turn: number): TurnScript =>
      wobble(lane, turn) < most ? { tpotMs: 45 } : { end: 'failed' }
  expect(ratioOf(failing(0.8)).estimate).toEqual({ low: expect.closeTo(0.9, 12), high: 0.9 })
  expect(ratioOf(failing(0.05)).estimate).toEqual({ notEstimable: 'failures' })
  expect(ratioOf(failing(-0.3))).toEqual({ estimate: { notEstimable: 'failures' } })
})

test('turns that A failed are infinitely faster', () => {
  const failing = (lane: number, turn: number): TurnScript => (wobble(lane, turn) < 0.05 ? {} : { end: 'failed' })
  expect(ratioOf(() => ({}), failing).estimate).toEqual({ notEstimable: 'failures' })
})

test('turns that both failed, or whose end is not known, are in none', () => {
  const failing = (lane: number, turn: number): TurnScript =>
    lane === 3 ? { end: 'failed' } : lane === 4 && turn === 5 ? { end: 'cancelled' } : {}
  expect(ratioOf(failing, failing)).toEqual({ value: 1, estimate: { low: 1, high: 1 } })
  const { counts } = new TurnPairs(comparedRun(failing), comparedRun(failing))
  expect(counts).toEqual({
    ...{ answeredByBoth: 419, failedInA: 0, failedInB: 0, failedInBoth: 60, cutOff: 1, onlyInA: 0, onlyInB: 0 },
  })
})

test('of two lanes nobody can tell how plays differ', () => {
  const two = (lane: number): TurnScript => (lane < 2 ? {} : { end: 'unsent' })
  expect(ratioOf(two, two)).toMatchObject({ value: 1, estimate: { notEstimable: 'few-plays' } })
})

test('A beside B is B beside A turned round', () => {
  const slower = (lane: number, turn: number) => ({ tpotMs: 51 + wobble(lane, turn) })
  const [there, back] = [ratioOf(slower), ratioOf(() => ({}), slower)].map(
    ({ estimate }) => estimate as { low: number; high: number },
  )
  expect(there!.low * back!.high).toBeCloseTo(1, 12)
  expect(there!.high * back!.low).toBeCloseTo(1, 12)
})

test('wider where several are to hold at once', () => {
  const pairs = new TurnPairs(
    comparedRun(),
    comparedRun((lane, turn) => ({ tpotMs: 50 * (1 + 0.02 * wobble(lane, turn)) })),
  )
  const [alone, together] = [undefined, 0.99].map((level) => {
    const { estimate } = typicalRatio(pairs.latencies('tpot'), {
      ...pairs,
      clusters: pairs.clusters,
      ...(level && { level }),
    })
    return estimate as { low: number; high: number }
  })
  expect(together!.high - together!.low).toBeGreaterThan(1.3 * (alone!.high - alone!.low))
})
