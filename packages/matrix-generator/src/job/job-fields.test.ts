import { expect, test } from 'vitest'
import { agenticHour, plannedJobWith } from '../testing/sweep-job.fixture.ts'
import { jobFields, viewJob } from './job-fields.ts'

const dram = { ...agenticHour, durationS: 1800, offloading: { tier: 'dram', backend: { name: 'native' } } } as const
const worker = { workers: 2, tp: 8, pp: 1, dcpSize: 1, pcpSize: 1, ep: 4, dpAttn: true, additionalSettings: ['A=1'] }

test('April and August say the same of the same job', () => {
  const april = plannedJobWith({ scenario: { ...dram, offloading: { tier: 'cpu' } } })
  const august = plannedJobWith({ scenario: { ...dram, totalCpuDramGb: 600 } })
  expect(viewJob({ job: april, gpus: 2 })).toEqual(viewJob({ job: august, gpus: 2 }))
})

test('a job of fixed lengths has lengths and no offloading', () => {
  const scenario = { kind: 'fixed-seq-len', inputTokens: 8192, outputTokens: 1024, maxModelTokens: 9416 } as const
  const view = viewJob({ job: plannedJobWith({ scenario }), gpus: 2 })
  expect(view.get('scenario-type')).toBe('fixed-seq-len')
  expect(view.get('kv-offloading')).toBe('none')
  expect(view.get('isl')).toBe(8192)
  expect(view.has('duration')).toBe(false)
})

test('several nodes: both roles, no tp of its own, the highest concurrency', () => {
  const topology = { kind: 'multi', prefill: worker, decode: { ...worker, tp: 4 } } as const
  const view = viewJob({ gpus: 24, job: plannedJobWith({ topology, concurrencies: [4, 16, 8] }) })
  expect(Object.fromEntries(view)).toMatchObject({
    ...{ multinode: true, gpus: 24, conc: 16, 'prefill.tp': 8, 'decode.tp': 4, 'decode.num-worker': 2 },
  })
  expect(view.has('tp')).toBe(false)
})

test('every answer is to a question that a recipe may ask, and of its kind', () => {
  const jobs = [
    plannedJobWith({
      scenario: dram,
      router: { name: 'r', version: '1' },
      kvP2pTransfer: 'nixl',
      evaluation: { only: true },
    }),
    plannedJobWith({ topology: { kind: 'multi', prefill: worker, decode: worker } }),
    plannedJobWith({ scenario: { kind: 'fixed-seq-len', inputTokens: 1, outputTokens: 1, maxModelTokens: 2 } }),
  ]
  const asked = new Set<string>()
  for (const job of jobs) {
    for (const [field, value] of viewJob({ job, gpus: 1 })) {
      asked.add(field)
      const kind = jobFields[field]
      if (Array.isArray(kind)) expect(kind).toContain(value)
      else expect(typeof value, field).toBe(kind === 'text' ? 'string' : kind)
    }
  }
  expect([...asked].sort()).toEqual(Object.keys(jobFields).sort())
})
