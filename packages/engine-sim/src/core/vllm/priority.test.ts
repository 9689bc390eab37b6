import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import { step } from './vllm-scheduler.fixture.ts'
import { VllmScheduler } from './vllm-scheduler.ts'

// Policy `priority` on values worked by hand. Source: vLLM 0.33.0, `vllm/v1/core/sched/scheduler.py` and `request_queue.py`.

const urgent = (id: string, priority: number, promptTokens: number, outputTokens: number) => ({
  ...requestOf(id, promptTokens, outputTokens),
  priority,
})

test('the lowest number is served first, and of equals who came first', () => {
  const scheduler = new VllmScheduler(tinyConfig({ schedulingPolicy: 'priority', maxNumSeqs: 3 }))
  for (const [id, priority] of [['a', 2], ['b', 0], ['c', 1], ['d', 0]] as const) scheduler.add(urgent(id, priority, 4, 2)) // biome-ignore format: a table
  expect(step(scheduler)).toBe('b+ 4@0, d+ 4@0, c+ 4@0 | R3 W1 free 97')
})

test('who is served last loses its blocks, wherever it stands, and takes its old place in the queue', () => {
  // 4 usable blocks of 4 tokens.
  const scheduler = new VllmScheduler(tinyConfig({ schedulingPolicy: 'priority', numBlocks: 5 }))
  scheduler.add(urgent('late', 2, 8, 4))
  scheduler.add(urgent('early', 1, 8, 4))
  expect(step(scheduler)).toBe('early+ 8@0, late+ 8@0 | R2 W0 free 0')
  scheduler.add(urgent('middle', 1, 4, 2))
  // `early` needs a block; `late` stands behind it and loses its two.
  expect(step(scheduler)).toBe('early 1@8 -late | R1 W2 free 1')
  expect(step(scheduler)).toBe('early 1@9, middle+ 4@0 | R2 W1 free 0')
})

test('what a victim was given in the same step is taken back, and others have its tokens', () => {
  const scheduler = new VllmScheduler(
    tinyConfig({ schedulingPolicy: 'priority', numBlocks: 5, maxNumBatchedTokens: 9 }),
  )
  scheduler.add(urgent('low', 9, 6, 6))
  expect(step(scheduler)).toBe('low+ 6@0 | R1 W0 free 2')
  scheduler.add(urgent('high', 0, 7, 6))
  expect(step(scheduler)).toBe('low 1@6, high+ 7@0 | R2 W0 free 0')
  expect(step(scheduler)).toBe('low 1@7, high 1@7 | R2 W0 free 0')
  // `low` comes first, wants a block, and is itself the one to lose: `high`, behind it, goes on with what it frees.
  expect(step(scheduler)).toBe('high 1@8 -low | R1 W1 free 1')
})

test('a victim before the one that needs blocks has its tokens of this step taken back', () => {
  const scheduler = new VllmScheduler(tinyConfig({ schedulingPolicy: 'priority', numBlocks: 5 }))
  scheduler.add(urgent('low', 9, 5, 6))
  expect(step(scheduler)).toBe('low+ 5@0 | R1 W0 free 2')
  scheduler.add(urgent('high', 0, 8, 6))
  expect(step(scheduler)).toBe('low 1@5, high+ 8@0 | R2 W0 free 0')
  // `low` is given its token and then loses it, as `high` needs a third block.
  expect(step(scheduler)).toBe('high 1@8 -low | R1 W1 free 1')
})

test('without it, the numbers say nothing', () => {
  const scheduler = new VllmScheduler(tinyConfig({ maxNumSeqs: 1 }))
  scheduler.add(urgent('a', 5, 4, 2))
  scheduler.add(urgent('b', 0, 4, 2))
  expect(step(scheduler)).toBe('a+ 4@0 | R1 W1 free 99')
})

test('scheduled ahead, whoever is given nothing and loses its blocks leaves nobody out', () => {
  const scheduler = new VllmScheduler(
    tinyConfig({ schedulingPolicy: 'priority', asyncScheduling: true, numBlocks: 7, maxModelLen: 24 }),
  )
  const ids = () => scheduler.schedule().sequences.map(({ request }) => request.id)
  scheduler.add(urgent('a', 2, 7, 2))
  expect(ids()).toEqual(['a'])
  scheduler.add(urgent('b', 0, 8, 9))
  scheduler.add(urgent('c', 1, 7, 9))
  expect(ids()).toEqual(['a', 'b', 'c'])
  scheduler.commit({ tokens: () => {}, finished: () => {} })
  // Each has 2 of 6 blocks. `a` is certain to end; `b` wants a third block for its ninth token, which is taken from `a`, before it.
  expect(ids()).toEqual(['b', 'c'])
})
