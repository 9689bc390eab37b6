import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { stepper } from './sglang.fixture.ts'

// Three drafts a step, of which two are always accepted and the third never, on values worked by hand; pages hold a token. Source: SGLang,
// `mem_cache/allocation_sizing.py`, `speculative/eagle_utils.py`, `managers/scheduler_components/batch_result_processor.py`.

const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceRates: [1, 1, 0] }

test('a decode step has room for the tokens of two verifications, and gives back what was rejected at the end', () => {
  const { scheduler, steps } = stepper({ speculation })
  const sequence = scheduler.add(requestOf('a', 10, 9))
  const seen = Array.from({ length: 4 }, () => {
    const text = steps(1)[0]
    return `${text} ${sequence.generated} ${scheduler.state.freeTokens}`
  })
  // 10, then 10 + 8, 13 + 8, and 18 of 19 tokens that stay.
  expect(seen).toEqual(['E a+10 1 90', 'D a 4 82', 'D a 7 79', 'D a 9 82'])
  expect(scheduler.state.evictableTokens).toBe(18)
  expect(scheduler.counts.speculation).toMatchObject({ drafts: 3, draftTokens: 9, acceptedPerPosition: [3, 3, 0] })
})

test('a verification is of its tokens on top of those that stay', () => {
  const { scheduler, step, schedule } = stepper({ speculation })
  scheduler.add(requestOf('a', 10, 99))
  expect([step(), step()]).toEqual(['E a+10', 'D a'])
  expect(schedule()).toBe('D a')
  const plan = scheduler.schedule()
  expect([plan.tokens, plan.computedBefore, plan.drafts, plan.draftTokens]).toEqual([[4], [13], [3], 3])
})

test('where that room is short, somebody is retracted', () => {
  const { scheduler, steps } = stepper({ speculation, numBlocks: 45 })
  scheduler.add(requestOf('a', 10, 9))
  scheduler.add(requestOf('b', 10, 9))
  // 18, 21 and 24 tokens each: the last is too much for both.
  expect(steps(4)).toEqual(['E a+10 b+10', 'D a b', 'D a b', 'D a'])
  expect(scheduler.counts.preemptions).toBe(1)
})

test('a step ahead, those that end by their length with the step under way are left out', () => {
  const { scheduler, schedule, commit } = stepper({ speculation, enableOverlap: true })
  scheduler.add(requestOf('a', 10, 2))
  scheduler.add(requestOf('b', 10, 9))
  expect([schedule(), schedule()]).toEqual(['E a+10 b+10', 'D a b'])
  commit()
  expect(schedule()).toBe('D b')
})
