import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { stepper } from './sglang.fixture.ts'

// Each on values worked by hand. Source: `abort_request` of SGLang 0.5.23 (managers/scheduler.py).

// abort_request: "The request will still run one decode forward pass."
test('an aborted request that runs is part of one step more, of which nobody hears; others hold nothing at once', () => {
  const { scheduler, steps, heard } = stepper({ chunkedPrefillSize: 10 })
  const [running, chunked, waiting] = ['a', 'b', 'c'].map((id) => scheduler.add(requestOf(id, 12, 9)))
  steps(2)
  for (const each of [running!, chunked!, waiting!]) scheduler.abort(each)
  scheduler.abort(running!)
  expect(scheduler.counts).toMatchObject({ running: 1, waiting: 0 })
  expect(steps(2)).toEqual(['D a', '-'])
  expect(heard).toEqual([])
  expect(scheduler.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0, freeBlocks: 100 })
})

test('what an aborted request has computed is found by others', () => {
  const { scheduler, steps } = stepper()
  const gone = scheduler.add(requestOf('a', 4, 9, 'abcd'))
  expect(steps(2)).toEqual(['E a+4', 'D a'])
  scheduler.abort(gone)
  scheduler.add(requestOf('b', 6, 1, 'abcdef'))
  // It runs yet when b is admitted, and ends with the decode behind that.
  expect(steps(2)).toEqual(['E b+2@4', 'D a'])
  expect(steps(1)).toEqual(['-'])
})

test('where steps overlap, an aborted request is in the step that is scheduled before its last result is known', () => {
  const { scheduler, schedule, commit, heard } = stepper({ enableOverlap: true })
  const gone = scheduler.add(requestOf('a', 4, 9))
  expect([schedule(), schedule()]).toEqual(['E a+4', 'D a'])
  scheduler.abort(gone)
  commit()
  expect(schedule()).toBe('-')
  commit()
  expect(schedule()).toBe('-')
  expect(heard).toEqual([])
  expect(scheduler.counts).toMatchObject({ running: 0, usedBlocks: 0 })
})
