import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import { step } from './vllm-scheduler.fixture.ts'
import { VllmScheduler } from './vllm-scheduler.ts'

// On values worked by hand. Source: `throttle_prefills` in `vllm/v1/core/sched/scheduler.py` of vLLM 0.33.

test('told to leave prompts alone, it goes on with decodes, but for a backlog that the last step could not take', () => {
  const scheduler = new VllmScheduler(tinyConfig({ maxNumBatchedTokens: 10 }))
  const throttled = (throttles: boolean) => {
    scheduler.throttlePrefills(throttles)
    return step(scheduler)
  }
  scheduler.add(requestOf('a', 3, 99))
  expect(throttled(true)).toBe('a+ 3@0 | R1 W0 free 99')
  scheduler.add(requestOf('b', 15, 99))
  expect(throttled(true)).toBe('a 1@3 | R1 W1 free 99')
  scheduler.add(requestOf('c', 5, 99))
  expect(throttled(false)).toBe('a 1@4, b+ 9@0 | R2 W1 free 95')
  // `c` had no place, so that prompts go on.
  expect(throttled(true)).toBe('a 1@5, b 6@9, c+ 3@0 | R3 W0 free 93')
  // Nobody waits: the rest of its prompt does.
  expect(throttled(true)).toBe('a 1@6, b 1@15 | R3 W0 free 93')
  expect(throttled(false)).toBe('a 1@7, b 1@16, c 2@3 | R3 W0 free 91')
})

// Source: `local_prefill_interval` in `Scheduler.schedule` of vLLM 0.33.
test('by itself, it leaves prompts alone until so many steps have gone by since the last that computed one', () => {
  const scheduler = new VllmScheduler(tinyConfig({ prefillScheduleInterval: 3, maxNumBatchedTokens: 10 }))
  scheduler.add(requestOf('a', 3, 99))
  expect(step(scheduler)).toBe('a+ 3@0 | R1 W0 free 99')
  scheduler.add(requestOf('b', 15, 99))
  expect(step(scheduler)).toBe('a 1@3 | R1 W1 free 99')
  expect(step(scheduler)).toBe('a 1@4 | R1 W1 free 98')
  expect(step(scheduler)).toBe('a 1@5, b+ 9@0 | R2 W0 free 95')
  // A prompt that has begun waits as well.
  expect(step(scheduler)).toBe('a 1@6 | R2 W0 free 95')
  expect(step(scheduler)).toBe('a 1@7 | R2 W0 free 95')
  expect(step(scheduler)).toBe('a 1@8, b 6@9 | R2 W0 free 93')
})

test('whoever is found in the cache but for the last token is let in all the same, and the first who is not keeps the others waiting', () => {
  const scheduler = new VllmScheduler(tinyConfig({ prefillScheduleInterval: 9 }))
  scheduler.add(requestOf('a', 9, 99, 'xy'))
  step(scheduler)
  for (const [id, tokens] of Object.entries({ b: 9, c: 10, d: 9 })) scheduler.add(requestOf(id, tokens, 99, 'xy'))
  expect(step(scheduler)).toBe('a 1@9, b+ 1@8 | R2 W2 free 96')
})
