import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'
import { linearStepMs } from './linear-step-time.ts'

test('each constant counts what its name says', () => {
  const time = {
    baseMs: 1,
    prefillMsPerToken: 10,
    prefillMsPerMillionTokenContext: 1e5,
    decodeMsPerSequence: 1e7,
    decodeMsPerThousandContext: 1e12,
  }
  const work = { prefillTokens: 3, prefillContextTokens: 40, ...noPrompts, decodes: 2, decodeContextTokens: 7 }
  // 1 + 3 x 10 + 40/1e6 x 1e5 + 2 x 1e7 + 7/1e3 x 1e12
  expect(linearStepMs(time, work)).toBe(1 + 30 + 4 + 2e7 + 7e9)
  // Two prompts, and 50/1e3 of what they reach.
  const prompts = { prefillMsPerSequence: 3, prefillMsPerThousandContext: 200 }
  const beside = { ...work, prefills: 2, prefillReachTokens: 50 }
  expect(linearStepMs({ ...time, ...prompts }, beside)).toBe(1 + 30 + 4 + 6 + 10 + 2e7 + 7e9)
  expect(linearStepMs(time, beside)).toBe(linearStepMs(time, work))
})

test('a plan counts a chunk by its mean context and a decode by its length', () => {
  const scheduler = new VllmScheduler(tinyConfig({ maxNumBatchedTokens: 10 }))
  scheduler.add(requestOf('a', 6, 5))
  scheduler.schedule()
  scheduler.commit({ tokens: () => {}, finished: () => {} })
  scheduler.add(requestOf('b', 20, 5))
  expect(scheduler.schedule()).toMatchObject({
    prefillTokens: 9,
    prefillContextTokens: 45,
    prefills: 1,
    prefillReachTokens: 9,
    decodes: 1,
    decodeContextTokens: 7,
  })
  scheduler.commit({ tokens: () => {}, finished: () => {} })
  // Nine tokens in the contexts 10 to 18.
  expect(scheduler.schedule()).toMatchObject({
    prefillTokens: 9,
    prefillContextTokens: 126,
    prefills: 1,
    prefillReachTokens: 18,
    decodes: 1,
    decodeContextTokens: 8,
  })
})

test('drafts that are verified cost what tokens of a prompt do, and those that are made a pass each', () => {
  const time = { ...none, baseMs: 10, prefillMsPerToken: 2, decodeMsPerSequence: 5, draftMs: 3 }
  const work = {
    prefillTokens: 0,
    prefillContextTokens: 0,
    ...noPrompts,
    decodes: 2,
    decodeContextTokens: 30,
    draftTokens: 6,
  }
  expect(linearStepMs(time, work, 3)).toBe(10 + 2 * 6 + 5 * 2 + 3 * 3)
  expect(linearStepMs({ ...time, draftMs: undefined }, work, 3)).toBe(10 + 2 * 6 + 5 * 2)
})

const noPrompts = { prefills: 0, prefillReachTokens: 0 }
const none = { prefillMsPerMillionTokenContext: 0, decodeMsPerThousandContext: 0 }
