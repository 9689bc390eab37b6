import { expect, test } from 'vitest'
import { RunComparison } from '../result/run-comparison.ts'
import { compareSides } from './compare-sides.ts'
import { comparedRun, type TurnScript, wobble } from './compared.fixture.ts'
import type { PairedRun } from './compared-run.ts'

const replayed = async (run: object) => run as PairedRun
const noisy =
  (kind: number, tpotMs = 50) =>
  (lane: number, turn: number): TurnScript => ({
    tpotMs: tpotMs * (1 + 0.02 * wobble(lane, turn, kind)),
    ttftMs: (100 + 10 * lane) * (1 + 0.05 * wobble(lane, turn, kind + 10)),
  })
const compare = async (a: PairedRun, b: PairedRun) =>
  RunComparison.parse((await compareSides({ a: [a], b: [b] }, { replayed })).comparison)

test('a run beside itself: no difference', async () => {
  const run = comparedRun(noisy(1))
  const comparison = await compare(run, run)
  expect(comparison).toMatchObject({
    ...{ method: 'paired', verdict: 'no difference', notPaired: [], configuration: {}, work: {} },
    cautions: ['A and B are the same run', expect.stringContaining('A and B indicative: few-plays')],
    turns: { answeredByBoth: 480, failedInB: 0, onlyInA: 0 },
    sentence:
      'No difference found: output tokens/s within 0 %, first token of a typical turn within 0 %, time per output token of a typical turn within 0 %.',
  })
})

test('the same server on another day: no difference, though no turn took as long', async () => {
  const { verdict, sentence } = await compare(comparedRun(noisy(1)), comparedRun(noisy(2)))
  expect(verdict).toBe('no difference')
  expect(sentence).toMatch(/^No difference found: .*time per output token of a typical turn within \d\.\d %\.$/)
})

test('a decode that is 3 % slower is found', async () => {
  const { verdict, sentence, figures } = await compare(comparedRun(noisy(1)), comparedRun(noisy(2, 51.5)))
  expect(verdict).toBe('difference')
  expect(sentence).toMatch(
    /^B takes (2\.\d|3|3\.\d) % longer for each output token of a typical turn \(95 % interval .* %\); no difference found: /,
  )
  const turns = figures.find(({ name }) => name === 'tpot.turns')!
  expect(turns).toMatchObject({ verdict: 'higher', better: 'less', certain: true })
  const speed = figures.find(({ name }) => name === 'interactivity.turns')!
  expect(speed).toMatchObject({ verdict: 'lower', better: 'more', value: 1 / turns.value!, low: 1 / turns.high! })
})

test('a figure that only just differs by itself is not certain: of three one would too often', async () => {
  const before = comparedRun(noisy(1))
  for (let percent = 0.1; ; percent += 0.1) {
    const { verdict, figures } = await compare(before, comparedRun(noisy(2, 50 + percent / 2)))
    const figure = figures.find(({ name }) => name === 'tpot.turns')!
    if (figure.verdict === 'no difference') continue
    expect({ ...figure, overall: verdict }).toMatchObject({
      ...{ verdict: 'higher', certain: false, overall: 'no difference' },
    })
    break
  }
})

test('more output tokens for each GPU, at which interactivity', async () => {
  const slow = (lane: number, turn: number): TurnScript => (wobble(lane, turn, 3) < -0.8 ? { end: 'unsent' } : {})
  const a = comparedRun(slow, { identity: { model: 'm', gpus: 4 } })
  const b = comparedRun(() => ({}), { identity: { model: 'm', gpus: 2 } })
  const { sentence, figures } = await compare(a, b)
  expect(sentence).toMatch(
    /^B serves 1\d\d % more output tokens\/s per GPU \(95 % interval \d+-\d+ %\) at the same p90 interactivity \(within .* %\)/,
  )
  const [whole, per] = ['output', 'output_per_gpu'].map((name) => figures.find((figure) => figure.name === name)!)
  expect(per!.value).toBeCloseTo(2 * whole!.value!, 9)
  expect(per!.low).toBeCloseTo(2 * whole!.low!, 9)
  expect([per!.a, per!.b]).toEqual([whole!.a! / 4, whole!.b! / 2])
})

test('what one side failed, cut off or did not come to is counted and told', async () => {
  const scripts: Record<number, TurnScript> = { 3: { end: 'failed' }, 4: { end: 'unsent' }, 5: { end: 'cancelled' } }
  const b = comparedRun((lane, turn) => (lane === 0 ? (scripts[turn] ?? {}) : {}))
  const { turns, sentence } = await compare(comparedRun(), b)
  expect(turns).toEqual({
    ...{ answeredByBoth: 477, failedInA: 0, failedInB: 1, failedInBoth: 0, cutOff: 1, onlyInA: 1, onlyInB: 0 },
  })
  expect(sentence).toMatch(/; B failed 1 turn that A answered\.$/)
})

test('runs of other seeds each speak for themselves, and why is said', async () => {
  const comparison = await compare(comparedRun(noisy(1)), comparedRun(noisy(2, 51.5), { seed: 7 }))
  expect(comparison).toMatchObject({ method: 'independent' })
  expect(comparison).not.toHaveProperty('turns')
  expect(comparison.notPaired).toEqual([expect.stringContaining('other seeds (42; 7)')])
  expect(comparison.figures.map(({ name }) => name)).not.toContain('ttft.turns')
  expect(comparison.sentence).toContain(
    'TPOT p50 (the window is too short: a pace of runs of other plans takes an hour',
  )
})

test('repeats of the same plans: the interval is of how their ratios differ', async () => {
  const side = (tpotMs: number, kind: number) =>
    [1, 2, 3].map((seed) => comparedRun(noisy(kind + seed, tpotMs), { seed, name: `runs/${kind}-${seed}` }))
  const { comparison, pairs } = await compareSides({ a: side(50, 1), b: side(51.5, 4).reverse() }, { replayed })
  expect(RunComparison.parse(comparison)).toMatchObject({ method: 'paired-repeats', verdict: 'difference' })
  expect(comparison.turns!.answeredByBoth).toBe(3 * 480)
  expect(pairs).toHaveLength(3)
  expect(comparison.figures.find(({ name }) => name === 'tpot.turns')).toMatchObject({ verdict: 'higher' })
})

test('a gate fails, passes, or cannot be told', async () => {
  const gate = (text: string, figure: string, change: number, beyond: 'above' | 'below' = 'above') => ({
    text,
    figure,
    change,
    beyond,
  })
  const { comparison } = await compareSides(
    { a: [comparedRun(noisy(1))], b: [comparedRun(noisy(2, 51.5))] },
    {
      replayed,
      gates: [
        gate('tpot > +1%', 'tpot.turns', 0.01),
        gate('tpot > +10%', 'tpot.turns', 0.1),
        gate('tpot > +3%', 'tpot.turns', 0.03),
        gate('interactivity < -1%', 'interactivity.turns', -0.01, 'below'),
        gate('ttft.p99 > +5%', 'ttft.p99', 0.05),
      ],
    },
  )
  expect(comparison.gates!.map(({ outcome }) => outcome)).toEqual([
    'fails',
    'passes',
    'cannot tell',
    'fails',
    'cannot tell',
  ])
  expect(comparison.gates![0]!.reason).toMatch(/^\+[23](\.\d)? %, 95 % interval \+.* to \+.* %$/)
})

test('an invalid run passes no gate, and one that fails more requests is not judged by those that it answered', async () => {
  const gates = [{ text: 'ttft.p50 > +50%', figure: 'ttft.p50', change: 0.5, beyond: 'above' as const }]
  const outcomeOf = async (share: number) => {
    const b = comparedRun((lane, turn) => ((wobble(lane, turn) + 1) / 2 < share ? { end: 'failed' } : {}))
    const { comparison } = await compareSides({ a: [comparedRun()], b: [b] }, { replayed, gates })
    return comparison.gates![0]!
  }
  expect(await outcomeOf(0)).toMatchObject({ outcome: 'passes' })
  expect(await outcomeOf(0.05)).toMatchObject({
    outcome: 'cannot tell',
    reason: expect.stringMatching(/but B failed .* points more/),
  })
  expect(await outcomeOf(0.3)).toMatchObject({
    outcome: 'cannot tell',
    reason: expect.stringMatching(/^B is invalid \(/),
  })
})
