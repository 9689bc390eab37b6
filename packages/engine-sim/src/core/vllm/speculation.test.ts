import { describe, expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import type { SchedulerConfig } from '../engine-config.ts'
import { step } from './vllm-scheduler.fixture.ts'
import { VllmScheduler } from './vllm-scheduler.ts'

// Three drafts a step, of which two are always accepted and the third never, on values worked by hand; blocks hold 4 tokens. Source: vLLM,
// `vllm/v1/core/sched/scheduler.py`, `async_scheduler.py`, `kv_cache_manager.py`.

const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceRates: [1, 1, 0] }

function drafting(changes: Partial<SchedulerConfig> = {}) {
  const scheduler = new VllmScheduler(tinyConfig({ speculation, ...changes }))
  return { scheduler, steps: (count: number) => Array.from({ length: count }, () => step(scheduler)) }
}

test('a step verifies the drafts of a sequence beside its token, and has room for those of the next', () => {
  const { scheduler, steps } = drafting()
  const sequence = scheduler.add(requestOf('a', 6, 9))
  // At 6 tokens with 3 more: 3 blocks; at 10 with 3 more: 4; at 13: 4; at 16: 5.
  expect(steps(3)).toEqual(['a+ 6@0 | R1 W0 free 97', 'a 4@6 | R1 W0 free 96', 'a 4@9 | R1 W0 free 96'])
  expect([sequence.generated, sequence.computed]).toEqual([7, 12])
  expect(steps(2)).toEqual(['a 4@12 | R1 W0 free 95', ' | R0 W0 free 100'])
  // The last of three tokens was one too many.
  expect(sequence.generated).toBe(9)
  expect(scheduler.counts.speculation).toEqual({
    ...{ drafts: 3, draftTokens: 9, acceptedTokens: 6 },
    acceptedPerPosition: [3, 3, 0],
  })
})

test('blocks get their keys for tokens that are known, not for drafts', () => {
  const { scheduler, steps } = drafting()
  scheduler.add(requestOf('a', 6, 9))
  steps(1)
  scheduler.schedule()
  // 10 tokens are scheduled, 7 are known.
  expect(scheduler.counts.cachedBlocks).toBe(1)
})

test('drafts count against the budget of a step, and what is over it is not verified', () => {
  const { scheduler, steps } = drafting({ maxNumBatchedTokens: 6 })
  const [a, b] = [scheduler.add(requestOf('a', 2, 99)), scheduler.add(requestOf('b', 3, 99))]
  expect(steps(2)).toEqual(['a+ 2@0, b+ 3@0 | R2 W0 free 96', 'a 4@2, b 2@3 | R2 W0 free 95'])
  expect([a.generated, b.generated]).toEqual([4, 3])
})

test('nothing is verified behind the end of the context, nor room made for it', () => {
  const { scheduler, steps } = drafting({ maxModelLen: 12 })
  scheduler.add(requestOf('a', 6, 99))
  expect(steps(4)).toEqual([
    'a+ 6@0 | R1 W0 free 97',
    'a 4@6 | R1 W0 free 97',
    'a 2@9 | R1 W0 free 97',
    ' | R0 W0 free 100',
  ])
})

test('room for the next drafts is taken from those served last', () => {
  // 7 usable blocks: 3 for each prompt of 6 with 3 drafts, and at 10 tokens with 3 more 4 for each.
  const { scheduler, steps } = drafting({ numBlocks: 8 })
  scheduler.add(requestOf('a', 6, 9))
  const victim = scheduler.add(requestOf('b', 6, 9))
  expect(steps(2)).toEqual(['a+ 6@0, b+ 6@0 | R2 W0 free 1', 'a 4@6 -b | R1 W1 free 3'])
  expect([victim.drafts, victim.generated]).toEqual([0, 1])
  // It comes back with 7 tokens, the first block of which is found, and room for 10; and has to go as soon as `a` wants its fifth block.
  expect(steps(3)).toEqual(['a 4@9, b 3@4 | R2 W0 free 0', 'a 4@12 -b | R1 W1 free 2', 'b 4@4 | R1 W0 free 4'])
})

// Source: `num_hash_lookahead_tokens` and `get_request_block_hasher` of vLLM 0.33.0.
test('a block has its key when the token behind it is known', () => {
  const { scheduler, steps } = drafting()
  scheduler.add(requestOf('a', 8, 9, 'xy'))
  scheduler.schedule()
  expect(scheduler.counts.cachedBlocks).toBe(1)
  scheduler.commit({ tokens: () => {}, finished: () => {} })
  scheduler.add(requestOf('b', 9, 1, 'xy'))
  scheduler.add(requestOf('c', 5, 1, 'x'))
  // `a` knows its ninth token now; `b` is left one token, and `c` one.
  expect(steps(1)).toEqual(['a 4@8, b+ 4@8, c+ 4@4 | R3 W0 free 92'])
})

// Source: `pad_spec_decode` in `Scheduler.schedule` of vLLM 0.33.0.
describe('whoever is admitted with one token left', () => {
  const withPrefix = (changes: Partial<SchedulerConfig> = {}) => {
    const made = drafting(changes)
    made.scheduler.add(requestOf('a', 9, 1, 'xy'))
    made.steps(1)
    return made
  }

  test('is given drafts that nobody made, of which none is accepted', () => {
    const { scheduler, steps } = withPrefix()
    const sequence = scheduler.add(requestOf('b', 9, 9, 'xy'))
    expect(steps(1)).toEqual(['b+ 4@8 | R1 W0 free 96'])
    expect([sequence.generated, sequence.computed]).toEqual([1, 9])
    expect(scheduler.counts.speculation).toMatchObject({ drafts: 1, draftTokens: 3, acceptedTokens: 0 })
  })

  test('waits where they do not fit the budget', () => {
    const { scheduler, steps } = withPrefix({ maxNumBatchedTokens: 11 })
    for (const id of ['c', 'd', 'e']) scheduler.add(requestOf(id, 2, 99))
    steps(1)
    scheduler.add(requestOf('b', 9, 9, 'xy'))
    // Eight tokens of two, and three of the third: nothing is left, as when three were.
    expect(steps(1)[0]).toMatch(/^c 4@2, d 4@2, e 3@2 \| R3 W1/)
  })

  test('is given none beside a prompt that goes on', () => {
    const { scheduler, steps } = withPrefix({ maxNumBatchedTokens: 20 })
    scheduler.add(requestOf('c', 30, 9))
    steps(1)
    scheduler.add(requestOf('b', 9, 9, 'xy'))
    expect(steps(1)[0]).toMatch(/^c 10@20, b\+ 1@8 /)
  })

  test('is given none where the context would end', () => {
    const { scheduler, steps } = withPrefix({ maxModelLen: 12 })
    scheduler.add(requestOf('b', 9, 9, 'xy'))
    expect(steps(1)[0]).toMatch(/^b\+ 1@8 /)
  })
})

test('a step ahead, drafts that are not known to be wrong are counted as computed', () => {
  const { scheduler } = drafting({ asyncScheduling: true })
  const sequence = scheduler.add(requestOf('a', 6, 99))
  const brought: number[] = []
  const schedule = () => {
    const { tokens, computedBefore } = scheduler.schedule()
    return `${tokens[0]}@${computedBefore[0]}`
  }
  const commit = () => scheduler.commit({ tokens: (_, count) => brought.push(count), finished: () => {} })
  expect([schedule(), schedule()]).toEqual(['6@0', '4@6'])
  commit()
  expect([sequence.generated, sequence.pending, schedule()]).toEqual([1, 4, '4@10'])
  commit()
  expect([sequence.generated, sequence.computed, schedule()]).toEqual([4, 13, '4@13'])
  expect(brought).toEqual([1, 3])
})

test('a step ahead, whoever is certain to end with the step under way is left out, its drafts rejected or not', () => {
  const { scheduler } = drafting({ asyncScheduling: true })
  scheduler.add(requestOf('a', 6, 2))
  scheduler.add(requestOf('b', 6, 3))
  const commit = () => scheduler.commit({ tokens: () => {}, finished: () => {} })
  scheduler.schedule()
  scheduler.schedule()
  commit()
  expect(scheduler.schedule().sequences.map(({ request }) => request.id)).toEqual(['b'])
})
