import { describe, expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import type { TrtllmSchedulerConfig } from '../engine-config.ts'
import { step } from '../vllm/vllm-scheduler.fixture.ts'
import { tinyTrtllm } from './trtllm.fixture.ts'
import { TrtllmScheduler } from './trtllm-scheduler.ts'

// Each rule on values worked by hand; blocks hold 4 tokens. Source of all: TensorRT-LLM's `cpp/tensorrt_llm/batch_manager`, the files that
// `TrtllmScheduler` names.

function engine(changes: Partial<TrtllmSchedulerConfig> = {}) {
  const scheduler = new TrtllmScheduler(tinyTrtllm(changes))
  return { scheduler, steps: (count: number) => Array.from({ length: count }, () => step(scheduler)) }
}

describe('guaranteed no evict', () => {
  test('a request begins when all of its output fits beside what the others may still need', () => {
    // 10 usable blocks. `a` may need 5, for 8 + 12 tokens; `b` 6, for 8 + 16: one more than is left.
    const { scheduler, steps } = engine({ numBlocks: 11 })
    scheduler.add(requestOf('a', 8, 12))
    scheduler.add(requestOf('b', 8, 16))
    expect(steps(2)).toEqual(['a+ 8@0 | R1 W1 free 8', 'a 1@8 | R1 W1 free 7'])
    expect(steps(10).at(-1)).toBe('a 1@18 | R1 W1 free 5')
    expect(steps(1)).toEqual(['b+ 8@0 | R1 W0 free 8'])
  })

  test('what may be generated counts, not what is', () => {
    const { scheduler, steps } = engine({ numBlocks: 11 })
    scheduler.add({ ...requestOf('a', 8, 2), maxTokens: 30 })
    scheduler.add(requestOf('b', 8, 4))
    // `a` has all ten to itself, until it ends early.
    expect(steps(3)).toEqual(['a+ 8@0 | R1 W1 free 8', 'a 1@8 | R1 W1 free 7', 'b+ 8@0 | R1 W0 free 8'])
  })

  test('the first that does not fit keeps all behind it waiting, and nobody ever loses a block', () => {
    const { scheduler, steps } = engine({ numBlocks: 11 })
    scheduler.add(requestOf('a', 8, 12))
    scheduler.add(requestOf('b', 8, 16))
    scheduler.add(requestOf('c', 2, 2))
    expect(steps(1)).toEqual(['a+ 8@0 | R1 W2 free 8'])
    while (scheduler.counts.running + scheduler.counts.waiting > 0) steps(1)
    expect(scheduler.counts.preemptions).toBe(0)
  })

  test('blocks that are found and held by another are not needed again', () => {
    // `a` may need 4 of 6; `b` 4 too, of which 2 are held by `a`.
    const { scheduler, steps } = engine({ numBlocks: 7 })
    scheduler.add(requestOf('a', 9, 7, 'xy'))
    steps(1)
    scheduler.add(requestOf('b', 9, 7, 'xy'))
    expect(steps(1)).toEqual(['a 1@9, b+ 1@8 | R2 W0 free 2'])
  })
})

describe('max utilization', () => {
  test('a prompt that fits begins, and whoever came last gives its blocks up', () => {
    const { scheduler, steps } = engine({ numBlocks: 6, capacitySchedulerPolicy: 'MAX_UTILIZATION' })
    scheduler.add(requestOf('a', 8, 9))
    scheduler.add(requestOf('b', 8, 9))
    expect(steps(3)).toEqual(['a+ 8@0, b+ 8@0 | R2 W0 free 1', 'a 1@8 -b | R1 W1 free 2', 'a 1@9 | R1 W1 free 2'])
    expect(scheduler.counts.preemptions).toBe(1)
  })
})

describe('tokens of a step', () => {
  test('decodes come first, and chunks that are not the last are of whole blocks', () => {
    const { scheduler, steps } = engine({ maxNumTokens: 10 })
    scheduler.add(requestOf('a', 3, 9))
    steps(1)
    scheduler.add(requestOf('b', 13, 9))
    scheduler.add(requestOf('c', 1, 9))
    // Nine are left beside `a`: eight for `b`, and the one that is no block for `c`.
    expect(steps(2)).toEqual(['a 1@3, b+ 8@0, c+ 1@0 | R3 W0 free 94', 'a 1@4, c 1@1, b 5@8 | R3 W0 free 93'])
  })

  test('without chunks a prompt waits for a step that takes it whole, and those behind it do', () => {
    const { scheduler, steps } = engine({ maxNumTokens: 10, maxModelLen: 10, enableChunkedPrefill: false })
    scheduler.add(requestOf('a', 6, 1))
    scheduler.add(requestOf('b', 5, 1))
    scheduler.add(requestOf('c', 2, 1))
    expect(steps(2)).toEqual(['a+ 6@0 | R1 W2 free 98', 'b+ 5@0, c+ 2@0 | R2 W0 free 97'])
  })

  test('no more than maxBatchSize run', () => {
    const { scheduler, steps } = engine({ maxBatchSize: 1 })
    scheduler.add(requestOf('a', 3, 1))
    scheduler.add(requestOf('b', 3, 1))
    expect(steps(2)).toEqual(['a+ 3@0 | R1 W1 free 99', 'b+ 3@0 | R1 W0 free 99'])
  })
})

describe('what is found', () => {
  test('whoever could find what another computes in this step waits for it, and those behind it do not', () => {
    const { scheduler, steps } = engine()
    scheduler.add(requestOf('a', 9, 2, 'xy'))
    scheduler.add(requestOf('b', 9, 2, 'xy'))
    scheduler.add(requestOf('c', 9, 2, 'uv'))
    expect(steps(2)).toEqual(['a+ 9@0, c+ 9@0 | R2 W1 free 94', 'a 1@9, c 1@9, b+ 1@8 | R3 W0 free 93'])
  })

  test('output is found when its request has ended, and not before', () => {
    const { scheduler, steps } = engine()
    const key = requestOf('k', 12, 1, 'xyz').blockKeys
    // Its third block is output of which the content is known.
    scheduler.add({ ...requestOf('a', 8, 9), blockKeys: key })
    steps(6)
    scheduler.add(requestOf('b', 13, 1, 'xyz'))
    expect(steps(1)).toEqual(['a 1@13, b+ 5@8 | R2 W0 free 94'])
    steps(4)
    scheduler.add(requestOf('c', 13, 1, 'xyz'))
    expect(steps(1)[0]).toMatch(/^c\+ 1@12/)
  })
})

test('more may wait than a call has arguments', () => {
  const { scheduler, steps } = engine({ maxBatchSize: 1 })
  const request = requestOf('a', 2, 2)
  for (let at = 0; at < 130_000; at += 1) scheduler.add({ ...request, id: String(at) })
  expect(steps(1)).toEqual(['0+ 2@0 | R1 W129999 free 99'])
})

describe('what is left of a step is less than a block', () => {
  test('a prompt goes on to get it that is found but for so much, past one that is not', () => {
    const { scheduler, steps } = engine({ maxNumTokens: 10 })
    scheduler.add(requestOf('a', 9, 1, 'xy'))
    expect(steps(1)).toEqual(['a+ 9@0 | R1 W0 free 97'])
    scheduler.add(requestOf('b', 20, 1))
    scheduler.add(requestOf('c', 20, 1))
    scheduler.add(requestOf('d', 9, 1, 'xy'))
    // `b` gets two whole blocks and holds five, `d` what is left, with one block of its own beside two that were found.
    expect(steps(1)).toEqual(['b+ 8@0, d+ 1@8 | R2 W1 free 92'])
  })

  test('so does one whose blocks have been computed while it waited, and one that is no longer than that', () => {
    const { scheduler, steps } = engine({ maxNumTokens: 10 })
    scheduler.add(requestOf('a', 9, 3, 'xy'))
    scheduler.add(requestOf('b', 20, 1))
    scheduler.add(requestOf('d', 9, 1, 'xy'))
    scheduler.add(requestOf('e', 1, 1))
    expect(steps(2)).toEqual(['a+ 9@0, e+ 1@0 | R2 W2 free 96', 'a 1@9, b+ 8@0, d+ 1@8 | R3 W0 free 91'])
  })

  test('but not one whose blocks have been evicted since, nor one that does not look', () => {
    // 6 usable blocks: `b` has to have those that `a` left.
    const { scheduler, steps } = engine({ maxNumTokens: 10, numBlocks: 7, capacitySchedulerPolicy: 'MAX_UTILIZATION' })
    scheduler.add(requestOf('a', 9, 1, 'xy'))
    steps(1)
    scheduler.add(requestOf('b', 20, 1))
    scheduler.add({ ...requestOf('d', 9, 1, 'xy'), skipsCache: true })
    expect(steps(1)).toEqual(['b+ 8@0 | R1 W1 free 1'])
  })
})
