import { expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { tinyEngine } from '../engine.fixture.ts'
import type { SglangSchedulerConfig, TrtllmSchedulerConfig } from '../engine-config.ts'
import { tinySglang } from '../sglang/sglang.fixture.ts'
import { tinyTrtllm } from '../trtllm/trtllm.fixture.ts'
import { makeEngine } from './make-engine.ts'

const config = tinyEngine({ numBlocks: 26, maxModelLen: 84, maxNumSeqs: 5, maxNumBatchedTokens: 40 }, 3)

const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceRates: [0.8, 0.5, 0.2] }

for (const [name, changes, mostPerStep] of [
  ['vLLM', {}, 1],
  ['vLLM, a step ahead', { asyncScheduling: true }, 1],
  ['vLLM, with drafts', { speculation }, 4],
  [
    'vLLM, with drafts, a step ahead, by priority',
    { speculation, asyncScheduling: true, schedulingPolicy: 'priority' },
    4,
  ],
] as const)
  engineContract(name, {
    make: (listener, options) =>
      makeEngine({ ...config, scheduler: { ...config.scheduler, ...changes } }, listener, options),
    blockSize: 4,
    maxModelLen: 84,
    mostPerStep,
  })

for (const [name, changes] of [
  ['vLLM', {}],
  ['vLLM, a step ahead', { asyncScheduling: true }],
  ['vLLM, with drafts', { speculation }],
  ['vLLM, prompts every third step', { prefillScheduleInterval: 3 }],
  ['vLLM, prompts every third step, a step ahead', { prefillScheduleInterval: 3, asyncScheduling: true }],
] as const)
  engineContract(`${name}, three ranks`, {
    make: (listener, options) =>
      makeEngine({ ...config, scheduler: { ...config.scheduler, ...changes }, dataParallelSize: 3 }, listener, options),
    blockSize: 4,
    maxModelLen: 84,
    mostPerStep: 4,
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

/** Smaller than the device, and slow enough that copies meet. */
const hicache = { hostPages: 20, tokenBytes: 250_000, leastLoadTokens: 4, host: { gbPerS: 0.2 } }

for (const [name, changes, mostPerStep] of [
  ['SGLang', {}, 1],
  ['SGLang, a step ahead', { enableOverlap: true }, 1],
  ['SGLang, reading every five steps', { recvInterval: 5 }, 1],
  ['SGLang, reading every five steps, a step ahead', { recvInterval: 5, enableOverlap: true }, 1],
  ['SGLang, longest prefix first, mixed', { schedulePolicy: 'lpm', enableMixedChunk: true }, 1],
  ['SGLang, host behind it', { hicache }, 1],
  ['SGLang, host behind it, a step ahead', { hicache, enableOverlap: true }, 1],
  ['SGLang, written back to the host', { hicache: { ...hicache, writePolicy: 'write_back' } }, 1],
  ['SGLang, with drafts', { speculation }, 4],
  ['SGLang, with drafts, a step ahead', { speculation, enableOverlap: true }, 4],
] as const)
  engineContract(name, {
    make: (listener, options) => makeEngine(sglang(changes), listener, options),
    blockSize: 4,
    maxModelLen: 84,
    mostPerStep,
  })

for (const changes of [{}, { enableOverlap: true }, { hicache }])
  engineContract(`SGLang, two ranks ${JSON.stringify(changes)}`, {
    make: (listener, options) => makeEngine({ ...sglang(changes), dataParallelSize: 2 }, listener, options),
    blockSize: 4,
    maxModelLen: 84,
  })

const trtllm = (capacitySchedulerPolicy: TrtllmSchedulerConfig['capacitySchedulerPolicy']) => ({
  ...config,
  scheduler: tinyTrtllm({ numBlocks: 26, maxModelLen: 84, maxBatchSize: 5, maxNumTokens: 40, capacitySchedulerPolicy }),
})

for (const policy of ['GUARANTEED_NO_EVICT', 'MAX_UTILIZATION'] as const)
  engineContract(`TensorRT-LLM, ${policy}`, {
    make: (listener, options) => makeEngine(trtllm(policy), listener, options),
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
