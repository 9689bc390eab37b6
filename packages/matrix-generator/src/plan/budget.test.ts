import { expect, test } from 'vitest'
import { judgeBudget } from './budget.ts'

test('a sweep within its budget, or within what was confirmed, may go', () => {
  expect(judgeBudget(100, { gpuHours: 100 })).toBeUndefined()
  expect(judgeBudget(746, { gpuHours: 100, confirmedGpuHours: 746 })).toBeUndefined()
})

test('one above both is refused, with the number that confirms it', () => {
  expect(judgeBudget(745.2, { gpuHours: 100 })).toMatchObject({
    severity: 'error',
    code: 'budget',
    message: 'the sweep takes about 745.2 GPU hours; the budget is 100',
    cure: 'plan less, or confirm it: confirm-gpu-hours 746',
  })
  const { message } = judgeBudget(745.2, { gpuHours: 100, confirmedGpuHours: 700 })!
  expect(message).toContain('the budget is 100, 700 were confirmed')
  // What the cure says is enough.
  expect(judgeBudget(745.2, { gpuHours: 100, confirmedGpuHours: 746 })).toBeUndefined()
})
