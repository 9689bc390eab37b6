import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import { VllmScheduler } from './vllm-scheduler.ts'

// Steps that are scheduled before the result of the one before is known, on values worked by hand. Source: vLLM 0.33.0,
// `vllm/v1/core/sched/scheduler.py` and `async_scheduler.py`.

/** A scheduler, its steps as text, and who has ended. */
function ahead(changes: Parameters<typeof tinyConfig>[0] = {}) {
  const scheduler = new VllmScheduler(tinyConfig({ asyncScheduling: true, ...changes }))
  const ended: string[] = []
  return {
    scheduler,
    ended,
    schedule(): string {
      const plan = scheduler.schedule()
      const entries = plan.sequences.map(
        ({ request }, at) => `${request.id} ${plan.tokens[at]}@${plan.computedBefore[at]}`,
      )
      const lost = plan.preempted.map(({ sequence }) => ` -${sequence.request.id}`)
      return entries.join(', ') + lost.join('')
    },
    commit: () => scheduler.commit({ tokens: () => {}, finished: ({ request }) => ended.push(request.id) }),
  }
}

test('a token is scheduled before the one before it is known', () => {
  const { scheduler, schedule, commit } = ahead()
  const sequence = scheduler.add(requestOf('a', 6, 4))
  expect([schedule(), schedule()]).toEqual(['a 6@0', 'a 1@6'])
  expect([sequence.generated, sequence.pending]).toEqual([0, 2])
  commit()
  expect([schedule(), sequence.generated]).toEqual(['a 1@7', 1])
})

test('nothing is scheduled beyond the last token that was asked for; others have their turn', () => {
  const { scheduler, schedule, commit, ended } = ahead()
  scheduler.add(requestOf('a', 6, 2))
  scheduler.add(requestOf('b', 6, 9))
  expect([schedule(), schedule(), schedule()]).toEqual(['a 6@0, b 6@0', 'a 1@6, b 1@6', 'b 1@7'])
  commit()
  commit()
  expect(ended).toEqual(['a'])
})

test('who ends a text early has been scheduled once more', () => {
  const { scheduler, schedule, commit, ended } = ahead()
  scheduler.add({ ...requestOf('a', 6, 2), maxTokens: 9, ignoresEos: false })
  expect([schedule(), schedule()]).toEqual(['a 6@0', 'a 1@6'])
  commit()
  expect(schedule()).toBe('a 1@7')
  commit()
  expect([schedule(), ended]).toEqual(['', ['a']])
  commit()
  expect(scheduler.counts).toMatchObject({ running: 0, usedBlocks: 0 })
})

test('whoever loses its blocks keeps the token that was under way', () => {
  // 4 usable blocks of 4 tokens, 2 for each prompt: at 9 tokens each wants a third.
  const { scheduler, schedule, commit } = ahead({ numBlocks: 5 })
  scheduler.add(requestOf('a', 7, 9))
  const victim = scheduler.add(requestOf('b', 7, 9))
  expect([schedule(), schedule()]).toEqual(['a 7@0, b 7@0', 'a 1@7, b 1@7'])
  commit()
  expect(schedule()).toBe('a 1@8 -b')
  expect([victim.generated, victim.stale, victim.computed]).toEqual([1, 1, 0])
  commit()
  expect([victim.generated, victim.stale, victim.tokens]).toEqual([2, 0, 9])
})

test('whoever is to lose its blocks ends with the token under way, and is waited for no more', () => {
  const { scheduler, schedule, commit, ended } = ahead({ numBlocks: 5 })
  scheduler.add(requestOf('a', 7, 9))
  scheduler.add({ ...requestOf('b', 7, 2), maxTokens: 9, ignoresEos: false })
  expect([schedule(), schedule()]).toEqual(['a 7@0, b 7@0', 'a 1@7, b 1@7'])
  commit()
  expect(schedule()).toBe('a 1@8 -b')
  commit()
  expect([ended, scheduler.counts.waiting]).toEqual([['b'], 0])
})

// Source: `cache_blocks` in `Scheduler.update_from_output` of vLLM 0.33.0, which comes before the request is freed.
test('the last block of whoever ends has its key, so that it is taken after those that have none', () => {
  const { scheduler, schedule, commit } = ahead()
  // Its third token is computed from the eighth one, which fills the second block and is known when the step before has ended.
  scheduler.add(requestOf('a', 6, 3))
  schedule()
  schedule()
  commit()
  schedule()
  commit()
  expect(scheduler.counts.cachedBlocks).toBe(1)
  commit()
  expect(scheduler.counts).toMatchObject({ running: 0, cachedBlocks: 2 })
})
