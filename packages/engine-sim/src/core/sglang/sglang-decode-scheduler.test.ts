import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import type { SglangSchedulerConfig } from '../engine-config.ts'
import { tinySglang } from './sglang.fixture.ts'
import { SglangDecodeScheduler } from './sglang-decode-scheduler.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** A scheduler of 100 pages of a token, of which 10 are reserved for each request; what each step did, as text. */
function decoder(changes: Partial<SglangSchedulerConfig> = {}) {
  const scheduler = new SglangDecodeScheduler(tinySglang({ numReservedDecodeTokens: 10, ...changes }))
  const sequences = new Map<string, SglangSequence>()
  const names = (list: readonly SglangSequence[]) => list.map(({ request }) => request.id).join('')
  return {
    scheduler,
    add(id: string, promptTokens: number, outputTokens: number, maxTokens = outputTokens) {
      sequences.set(id, scheduler.add({ ...requestOf(id, promptTokens, outputTokens), maxTokens }))
    },
    receive: (...ids: string[]) => {
      for (const id of ids) scheduler.receive(sequences.get(id)!)
    },
    /** Who got pages, whose first token came, who decoded and who lost its pages: `+a *b =c -d`. */
    step(): string {
      const { reserved, handed, sequences: decoded, preempted } = scheduler.schedule()
      const parts = [
        ['+', names(reserved)],
        ['*', names(handed)],
        ['=', names(decoded)],
        ['-', names(preempted.map(({ sequence }) => sequence))],
      ]
      scheduler.commit({ tokens: () => {}, finished: () => {} })
      return parts.flatMap(([sign, who]) => (who === '' ? [] : [`${sign}${who}`])).join(' ')
    },
  }
}

// Source: `pop_preallocated`, `_required_admission_tokens`, `_allocatable_token_budgets`.
test('a request gets pages where its prompt and what is reserved for it fit beside what is reserved for others', () => {
  const at = (second: number) => {
    const { add, step } = decoder()
    add('a', 40, 5)
    add('b', second, 5)
    return step()
  }
  // 60 pages are free beside a, of which 10 are reserved for it and 10 for b.
  expect([at(40), at(41)]).toEqual(['+ab', '+a'])
})

test('the first that does not fit holds up those behind it', () => {
  const { add, step } = decoder()
  add('a', 40, 5)
  add('b', 41, 5)
  add('c', 5, 5)
  expect(step()).toBe('+a')
})

// Source: `_need_space_for_single_req`: `max_new_tokens` counts, up to 4,096, and not what is put out in the end.
test('one that runs is to have room for all of its output, when all that can be retracted is', () => {
  const at = (second: number) => {
    const { add, receive, step } = decoder()
    add('a', 10, 5, 50)
    step()
    receive('a')
    step()
    add('b', second, 5)
    return step()
  }
  // a: 60 tokens in all, 12 of them there, so that 48 are kept for it of the 89 that are free; 41 are left for b and its 10.
  expect([at(31), at(32)]).toEqual(['+b =a', '=a'])
})

test('a long output counts for whom it is, beside what can be retracted', () => {
  const at = (most: number) => {
    const { add, step } = decoder()
    add('a', 40, 5)
    add('b', 10, 5, most)
    return step()
  }
  // 60 free, 10 reserved for a: 50 are left for b's 10 and its output.
  expect([at(40), at(41)]).toEqual(['+ab', '+a'])
})

// Source: `DecodeReqToTokenPool`, `handle_pd_disaggregation` (twice as many up to 32), `init_disaggregation` (buffers).
test.each([
  [{}, 4],
  [{ disaggregationDecodeExtraSlots: 1 }, 3],
  [{ disaggregationDecodeExtraSlots: 0 }, 2],
])('there are rows for those that run and for some beside them, and buffers for twice as many: %j', (changes, most) => {
  const { add, step } = decoder({ maxRunningRequests: 2, numReservedDecodeTokens: 1, ...changes })
  for (const id of 'abcdefgh') add(id, 2, 5)
  expect(step()).toBe(`+${'abcdefgh'.slice(0, most)}`)
})

test('buffers are given back when a prompt has come, so that rows are what is left to lack', () => {
  const { add, receive, step } = decoder({ maxRunningRequests: 2, numReservedDecodeTokens: 1 })
  for (const id of 'abcdefgh') add(id, 2, 9)
  step()
  receive('a', 'b', 'c', 'd')
  expect([step(), step()]).toEqual(['*ab =ab', '+ef =ab'])
})

// Source: `process_decode_queue` before `get_next_disagg_decode_batch_to_run`, which takes no notice of who has just ended.
test('a prompt that has come is decoded in the same step; a place that was left is taken a step later', () => {
  const { add, receive, step } = decoder({ maxRunningRequests: 1 })
  add('a', 5, 2)
  add('b', 5, 3)
  expect(step()).toBe('+ab')
  receive('a', 'b')
  expect([step(), step(), step(), step()]).toEqual(['*a =a', '*b =b', '=b', ''])
  const two = decoder({ maxRunningRequests: 2 })
  for (const [id, tokens] of [
    ['a', 2],
    ['b', 9],
    ['c', 9],
  ] as const)
    two.add(id, 5, tokens)
  two.step()
  two.receive('a', 'b', 'c')
  expect([two.step(), two.step(), two.step()]).toEqual(['*ab =ab', '=b', '*c =bc'])
})

// Source: `retract_decode`, `resume_retracted_reqs`; while some wait to come back, `process_decode_queue` does nothing else.
test('one that lost its pages comes back before anybody gets any, computes nothing again, and holds up prompts that have come', () => {
  const { add, receive, step, scheduler } = decoder({ numReservedDecodeTokens: 2, numBlocks: 30, maxModelLen: 20 })
  add('a', 8, 10)
  add('b', 8, 8)
  add('c', 2, 2)
  expect(step()).toBe('+abc')
  receive('a', 'b')
  // 18 pages of prompts, and 2 a step: the seventh has none left, and the later one goes.
  const steps = Array.from({ length: 7 }, step)
  expect(steps).toEqual(['*ab =ab', '=ab', '=ab', '=ab', '=ab', '=ab', '=a -b'])
  receive('c')
  add('d', 2, 2)
  // 14 of b and 2 more do not fit before a has ended.
  expect([step(), step(), step()]).toEqual(['=a', '=a', '+d *c =bc'])
  receive('d')
  expect([step(), step()]).toEqual(['*d =d', ''])
  expect(scheduler.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0, preemptions: 1 })
})

test('the last that runs goes too where others on their way hold what it lacks, and comes back when they have ended', () => {
  const { add, receive, step, scheduler } = decoder({ numReservedDecodeTokens: 1, numBlocks: 24, maxModelLen: 20 })
  add('a', 9, 9)
  add('b', 10, 4)
  expect(step()).toBe('+ab')
  receive('a')
  // 5 pages are left.
  expect(Array.from({ length: 6 }, step)).toEqual(['*a =a', '=a', '=a', '=a', '=a', '-a'])
  receive('b')
  expect([step(), step(), step()]).toEqual(['*b =b', '=b', '=b'])
  expect([step(), step(), step(), step()]).toEqual(['=a', '=a', '=a', ''])
  expect(scheduler.counts).toMatchObject({ usedBlocks: 0, preemptions: 1 })
})
