import { expect, test } from 'vitest'
import type { AgenticArm, AgenticScenario } from '../config/config.ts'
import type { JobTopology } from '../job/job.ts'
import type { Runners } from '../runners/runners.ts'
import { dramBudgetGb, NoDramBudget } from './dram-budget.ts'

const runners: Runners = {
  labels: new Map(),
  hardware: new Map([
    ['cluster:b200-dgxc', { availableDramMib: 3_095_781, gpusPerNode: 8 }],
    ['cluster:h200-dgxc', { availableDramMib: 1_471_356, gpusPerNode: 8 }],
    ['cluster:gb300-nv', { availableDramMib: 860_160, gpusPerNode: 4 }],
  ]),
}
const single = (tp: number, pp = 1): JobTopology => ({
  kind: 'single',
  tp,
  pp,
  dcpSize: 1,
  pcpSize: 1,
  ep: 1,
  dpAttn: false,
})
const role = (tp: number) => ({ workers: 1, tp, pp: 1, dcpSize: 1, pcpSize: 1, ep: 1, dpAttn: false })
const multi = (tp: number): JobTopology => ({ kind: 'multi', prefill: role(tp), decode: role(3) })

function budget(label: string, dramUtilization: number, topology: JobTopology, tier: 'dram' | 'none' = 'dram'): number {
  const arm = { offloading: { tier } } as AgenticArm
  const scenario: AgenticScenario = { durationS: 1, dramUtilization, arms: [arm] }
  return dramBudgetGb(scenario, arm, topology, label, runners)
}

test('the published values: capped at 3 TB, by the share of the GPUs, rounded down', () => {
  expect(budget('cluster:b200-dgxc', 0.95, single(8))).toBe(2849)
  expect(budget('cluster:b200-dgxc', 0.8, single(4))).toBe(1199)
  expect(budget('cluster:gb300-nv', 0.8, multi(8))).toBe(721)
})

test('pipeline stages count, a replica smaller than a node has its share, and nothing without dram', () => {
  expect(budget('cluster:b200-dgxc', 0.8, single(4, 2))).toBe(budget('cluster:b200-dgxc', 0.8, single(8)))
  expect(budget('cluster:gb300-nv', 0.8, multi(2))).toBe(360)
  expect(budget('cluster:gb300-nv', 0.8, single(4), 'none')).toBe(0)
})

test('the arithmetic is decimal: 0.7 of 10^15 bytes is not one gigabyte short', () => {
  const exact = new Map([['exact', { availableDramMib: 1_953_125, gpusPerNode: 8 }]])
  const arm = { offloading: { tier: 'dram' } } as AgenticArm
  const gb = (dramUtilization: number) =>
    dramBudgetGb({ durationS: 1, dramUtilization, arms: [arm] }, arm, single(8), 'exact', {
      labels: new Map(),
      hardware: exact,
    })
  // 1,953,125 MiB are 2,048 GB exactly
  expect([1, 0.5, 0.1875, 1e-7].map(gb)).toEqual([2048, 1024, 384, 0])
})

test('no hardware, too many GPUs, or a replica that does not tile its nodes', () => {
  expect(() => budget('nowhere', 0.5, single(1))).toThrow(NoDramBudget)
  expect(() => budget('cluster:gb300-nv', 0.5, single(8))).toThrow(/do not fit a node with 4/)
  expect(() => budget('cluster:gb300-nv', 0.5, multi(6))).toThrow(/does not fill/)
  expect(() => budget('cluster:gb300-nv', 0.5, multi(3))).toThrow(/does not divide/)
})
