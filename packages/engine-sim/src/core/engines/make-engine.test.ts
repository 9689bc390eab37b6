import { expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { tinyEngine } from '../engine.fixture.ts'
import type { SglangSchedulerConfig } from '../engine-config.ts'
import { tinySglang } from '../sglang/sglang.fixture.ts'
import { makeEngine } from './make-engine.ts'

const config = tinyEngine({ numBlocks: 26, maxModelLen: 84, maxNumSeqs: 5, maxNumBatchedTokens: 40 }, 3)

for (const [name, asyncScheduling] of [
  ['vLLM', false],
  ['vLLM, a step ahead', true],
] as const)
  engineContract(name, {
    make: (listener, options) =>
      makeEngine({ ...config, scheduler: { ...config.scheduler, asyncScheduling } }, listener, options),
    blockSize: 4,
    maxModelLen: 84,
  })

const sglang = (changes: Partial<SglangSchedulerConfig> = {}) => ({
  ...config,
  scheduler: tinySglang({
    numBlocks: 26,
    blockSize: 4,
    maxModelLen: 84,
    maxRunningRequests: 5,
    chunkedPrefillSize: 40,
    ...changes,
  }),
})

for (const [name, changes] of [
  ['SGLang', {}],
  ['SGLang, a step ahead', { enableOverlap: true }],
  ['SGLang, reading every five steps', { recvInterval: 5 }],
  ['SGLang, reading every five steps, a step ahead', { recvInterval: 5, enableOverlap: true }],
  ['SGLang, longest prefix first, mixed', { schedulePolicy: 'lpm', enableMixedChunk: true }],
] as const)
  engineContract(name, {
    make: (listener, options) => makeEngine(sglang(changes), listener, options),
    blockSize: 4,
    maxModelLen: 84,
  })

test('refuses an SGLang in which a request could wait for ever', () => {
  const listener = { tokens: () => {}, finished: () => {} }
  expect(() => makeEngine(sglang({ maxModelLen: 97 }), listener)).toThrow(/at most 96/)
  expect(() => makeEngine(sglang({ chunkedPrefillSize: 3 }), listener)).toThrow(/less than a page.*at least 4/)
})

test('refuses an engine in which a request could wait for ever', () => {
  const listener = { tokens: () => {}, finished: () => {} }
  expect(() => makeEngine(tinyEngine({ maxModelLen: 401 }), listener)).toThrow(/numBlocks/)
})
