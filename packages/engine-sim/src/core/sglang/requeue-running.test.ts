import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { stepper } from './sglang.fixture.ts'

// Source: `pause_generation` of SGLang 0.5.23 (`managers/scheduler.py`) with mode `retract`, and `retract_all` (`managers/schedule_batch.py`).

test('those that run wait again behind those that do, then the one of which a chunk is computed; what is cached is found', () => {
  const { scheduler, steps } = stepper({ chunkedPrefillSize: 10 })
  scheduler.add(requestOf('a', 4, 9, 'wxyz'))
  expect(steps(2)).toEqual(['E a+4', 'D a'])
  scheduler.add(requestOf('b', 13, 2))
  expect(steps(1)).toEqual(['E b+10'])
  scheduler.add(requestOf('c', 2, 1))
  scheduler.requeueRunning()
  expect(scheduler.counts).toMatchObject({ running: 0, waiting: 3, preemptions: 0 })
  // c has not been read. a: its prompt is cached, and two tokens of output are computed again; b: its chunk was not kept.
  expect(steps(2)).toEqual(['E a+2@4 b+8', 'E b+5@8 c+2'])
})

test('a prompt that another engine is to get goes on where it was', () => {
  const { scheduler, steps } = stepper({ chunkedPrefillSize: 10 })
  scheduler.add({ ...requestOf('a', 13, 1), keepsBlocks: true })
  expect(steps(1)).toEqual(['E a+10'])
  scheduler.requeueRunning()
  expect(steps(1)).toEqual(['E a+3@10'])
})
