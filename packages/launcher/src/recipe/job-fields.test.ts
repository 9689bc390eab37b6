import { expect, test } from 'vitest'
import { viewJob } from './job-fields.ts'
import { rowWith } from './recipe.fixture.ts'

test('April and August say the same of the same job', () => {
  const identity = {
    ...{ image: 'x/y:1', model: 'org/model', 'model-prefix': 'm', precision: 'fp8', framework: 'vllm', runner: 'h100' },
    ...{ tp: 2, ep: 1, 'dp-attn': false, conc: 16, duration: 1800, 'scenario-type': 'agentic-coding', 'exp-name': 'm' },
  }
  const april = viewJob({ gpus: 2, row: { ...identity, offloading: 'cpu', 'run-eval': false } })
  const august = viewJob({
    gpus: 2,
    row: {
      ...{ ...identity, pp: 1, 'dcp-size': 1, 'pcp-size': 1, 'spec-decoding': 'none', 'kv-offloading': 'dram' },
      ...{ 'kv-offload-backend': { name: 'native' }, 'total-cpu-dram-gb': 600 },
    },
  })
  expect(new Map([...april].sort())).toEqual(new Map([...august].sort()))
})

test('a job of fixed lengths has lengths and no offloading', () => {
  const { row, gpus } = rowWith()
  const { 'scenario-type': _, 'kv-offloading': __, 'total-cpu-dram-gb': ___, duration: ____, ...rest } = row
  const view = viewJob({ row: { ...rest, isl: 8192, osl: 1024, 'max-model-len': 9416 }, gpus })
  expect(view.get('scenario-type')).toBe('fixed-seq-len')
  expect(view.get('kv-offloading')).toBe('none')
  expect(view.get('isl')).toBe(8192)
  expect(view.has('duration')).toBe(false)
})

test('several nodes: both roles, no tp of its own, the highest concurrency', () => {
  const worker = { 'num-worker': 2, tp: 8, ep: 4, 'dp-attn': true, 'additional-settings': ['A=1'] }
  const view = viewJob({
    gpus: 24,
    row: { model: 'm', prefill: worker, decode: { ...worker, tp: 4 }, conc: [4, 16, 8] },
  })
  expect(Object.fromEntries(view)).toMatchObject({
    ...{ multinode: true, gpus: 24, conc: 16, 'prefill.tp': 8, 'decode.tp': 4, 'decode.num-worker': 2 },
  })
  expect(view.has('tp')).toBe(false)
})

test('a row with foreign values is seen without them', () => {
  const view = viewJob({ gpus: 1, row: { model: { name: 'x' }, tp: [1], conc: 'many', surprise: 1 } })
  expect(view.has('model')).toBe(false)
  expect(view.has('tp')).toBe(false)
  expect([...view.keys()]).not.toContain('surprise')
})
