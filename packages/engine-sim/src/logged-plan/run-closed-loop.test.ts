import { expect, test } from 'vitest'
import { handPlan } from '../check/step-log.fixture.ts'
import { tinyEngine } from '../core/engine.fixture.ts'
import { parseClosedLoopPlan } from './closed-loop-plan.ts'
import { runClosedLoop } from './run-closed-loop.ts'
import { servedFigures } from './served-figures.ts'

const sessions = handPlan.sessions.map(({ id, turns }) => ({
  id,
  turns: turns.map((turn) => ({ ...turn, delay: 0.1 })),
}))
const planOf = (lanes: string[][]) =>
  parseClosedLoopPlan({ ...handPlan, sessions, lanes }, tinyEngine().scheduler, 'plan')

test('a lane sends a turn so long after the end of the one before; by hand', () => {
  const played = runClosedLoop(planOf([['q']]), tinyEngine())
  // Sent at 100: a step of 10 + 8 ms, two of 10. 100 ms later: 9 tokens of which two blocks are known, in a step of one token, which is a decode.
  expect(played).toEqual([
    { id: 'q.0', sentMs: 100, firstMs: 118, lastMs: 138, promptTokens: 8, outputTokens: 3, cachedTokens: 0 },
    { id: 'q.1', sentMs: 238, firstMs: 248, lastMs: 248, promptTokens: 9, outputTokens: 1, cachedTokens: 8 },
  ])
  const figures = servedFigures(played)
  expect(figures).toMatchObject({ requests: 2, hitRate: 8 / 17, ttftP50Ms: 10, ttftP90Ms: 18, tpotP50Ms: 10 })
  expect(figures.outputTokensPerS).toBeCloseTo(4 / 0.148, 9)
})

test('lanes share steps, and a front end lies on both ways', () => {
  const engine = { ...tinyEngine(), frontend: { inMs: 4, firstOutMs: 3, lastOutMs: 2 } }
  const [first, second, third] = runClosedLoop(planOf([['p'], ['q']]), engine)
  // Both arrive at 104: 10 + 16 ms, then steps of 10.
  expect([first, second].map((each) => [each!.id, each!.firstMs, each!.lastMs])).toEqual([
    ['p.0', 133, 142],
    ['q.0', 133, 152],
  ])
  expect(third!.sentMs).toBe(252)
})

test('a turn without a delay is part of the step that begins where the one before it ended; of several the lanes in their order', () => {
  const turns = (...outs: number[]) => outs.map((out, at) => ({ in: 4, out, blocks: [], tail: 900 + at, delay: 0 }))
  const plan = {
    ...handPlan,
    sessions: [
      { id: 'a', turns: turns(1, 1) },
      { id: 'b', turns: turns(1, 1) },
      { id: 'c', turns: turns(1) },
    ],
    lanes: [['a'], ['b'], ['c']],
  }
  // Two at a time, 10 + 8 ms: `c.0` waits, and behind it comes what both lanes send at 18.
  const engine = tinyEngine({ maxNumSeqs: 2, enablePrefixCaching: false })
  const played = runClosedLoop(parseClosedLoopPlan(plan, engine.scheduler, 'plan'), engine)
  expect(played.map(({ id, sentMs, lastMs }) => [id, sentMs, lastMs])).toEqual([
    ['a.0', 0, 18],
    ['b.0', 0, 18],
    ['c.0', 0, 36],
    ['a.1', 18, 36],
    ['b.1', 18, 50],
  ])
})

test('equal seeds are equal runs, and jitter changes with the seed', () => {
  const engine = { ...tinyEngine(), frontend: { inMs: 1, jitterMs: 20, firstOutMs: 0, lastOutMs: 0 } }
  const run = (seed: number) => runClosedLoop(planOf([['p'], ['q']]), engine, { seed })
  expect(run(1)).toEqual(run(1))
  expect(run(2)).not.toEqual(run(1))
})

test('a plan without lanes, or with a session that there is not, is refused', () => {
  expect(() => parseClosedLoopPlan(handPlan, tinyEngine().scheduler, 'plan')).toThrow(/plan: lanes: .*a plan has lanes/)
  expect(() => planOf([['x']])).toThrow(/plan: lanes\.0: there is no session x/)
  const short = { blockSize: 4, maxModelLen: 9 }
  const plan = { ...handPlan, sessions, lanes: [['q']] }
  expect(() => parseClosedLoopPlan(plan, short, 'plan')).toThrow(
    /plan: q\.1 has 9 input tokens, and the engine a context of 9/,
  )
})
