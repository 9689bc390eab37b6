import { expect, test } from 'vitest'
import { defaultEngine } from '../default-engine.ts'
import type { TableStepTime } from '../step-time/table-step-time.ts'
import { engineFacts } from './engine-facts.ts'
import { engineOfDeployment } from './engine-of-deployment.ts'

test('steps of a linear engine are the sums of its constants', () => {
  const linear = {
    kind: 'linear',
    baseMs: 4,
    prefillMsPerToken: 0.01,
    prefillMsPerMillionTokenContext: 10,
    decodeMsPerSequence: 0.5,
    decodeMsPerThousandContext: 0.1,
    draftMs: 0,
  } as const
  const { scheduler, ...engine } = defaultEngine()
  const { steps, placed, cacheTokens } = engineFacts({
    ...engine,
    scheduler: { ...scheduler, numBlocks: 20_001, blockSize: 64, maxModelLen: 40_000 },
    stepTime: linear,
  })
  expect({ placed, cacheTokens }).toEqual({ placed: undefined, cacheTokens: 1_280_000 })
  expect(steps).toEqual([
    { kind: 'decode', count: 1, context: 20_000, ms: 4 + 0.5 + 2 },
    { kind: 'decode', count: 16, context: 20_000, ms: 4 + 8 + 32 },
    { kind: 'decode', count: 64, context: 20_000, ms: 4 + 32 + 128 },
    { kind: 'prefill', count: 8192, context: 0, ms: 4 + 81.92 + (8192 * 4096.5 * 10) / 1e6 },
  ])
})

test('steps that the cache does not hold are left out: 16 of 20,000 tokens need 320,000', () => {
  const { scheduler, ...engine } = defaultEngine()
  const countsOf = (numBlocks: number) =>
    engineFacts({ ...engine, scheduler: { ...scheduler, numBlocks, blockSize: 64, maxModelLen: 40_000 } })
      .steps.filter(({ kind }) => kind === 'decode')
      .map(({ count }) => count)
  expect(countsOf(5001)).toEqual([1, 16])
  expect(countsOf(5000)).toEqual([1])
})

test('a table tells no steps, and a GPU without measured kernels that it is not calibrated', () => {
  const table: TableStepTime = {
    kind: 'table',
    prefill: { counts: [1], contexts: [0], ms: [[10]] },
    decode: { counts: [1], contexts: [0], ms: [[4]] },
  }
  expect(engineFacts({ ...defaultEngine(), stepTime: table }).steps).toEqual([])
  const amd = { model: 'Llama-3.1-70B', gpu: 'mi300x', precision: 'fp8', framework: 'vllm', tensorParallel: 2 } as const
  expect(engineFacts(engineOfDeployment(amd)).placed).toMatchObject({ calibrated: false, gpus: 2 })
})
