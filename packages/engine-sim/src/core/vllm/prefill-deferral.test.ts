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
