import { expect, test } from 'vitest'
import { fakePlan, fakeProcess } from '../testing/launch-plan.fixture.ts'
import { deviceClaim } from './device-claim.ts'

const base = { ...fakePlan([]), vendor: 'nvidia' as const, gpuIdleMib: 100 }
const of = (changes: Partial<ReturnType<typeof fakeProcess>>, plan = base) =>
  deviceClaim({ ...plan, processes: [fakeProcess([], changes)] })?.indices

test('the GPUs of a launch: those that its devices name, else its environment, else the first ones', () => {
  expect(of({ devices: ['nvidia=2', 'nvidia=3', '/dev/x'], gpus: 2 })).toEqual([2, 3])
  expect(of({ env: { CUDA_VISIBLE_DEVICES: '4,5' }, gpus: 2 })).toEqual([4, 5])
  expect(of({ env: { ROCR_VISIBLE_DEVICES: '6', HIP_VISIBLE_DEVICES: '0' }, gpus: 1 })).toEqual([6])
  expect(of({ env: { CUDA_VISIBLE_DEVICES: 'GPU-aa' }, gpus: 2 })).toEqual([0, 1])
  expect(of({ gpus: 2, count: 2 })).toEqual([0, 1, 2, 3])
})

test('nothing is claimed without GPUs, where nobody is to look, and of nodes that are not this machine', () => {
  expect(of({ gpus: 0 })).toBeUndefined()
  expect(deviceClaim(fakePlan([], { vendor: 'none' }))).toBeUndefined()
  const { gpuIdleMib: _, ...unchecked } = base
  expect(deviceClaim({ ...unchecked, processes: [fakeProcess([], { gpus: 1 })] })).toBeUndefined()
})
