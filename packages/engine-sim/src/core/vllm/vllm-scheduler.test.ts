import { describe, expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import type { SchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import { step } from './vllm-scheduler.fixture.ts'
import { VllmScheduler } from './vllm-scheduler.ts'

/** The steps of an engine to which everything was sent before the first. Blocks hold 4 tokens. */
function steps(count: number, config: Partial<SchedulerConfig>, ...requests: EngineRequest[]): string[] {
  const scheduler = new VllmScheduler(tinyConfig(config))
  for (const request of requests) scheduler.add(request)
  return Array.from({ length: count }, () => step(scheduler))
}

describe('token budget', () => {
  test('a prompt is computed in chunks of the budget and gives a token when its end is computed', () => {
    expect(steps(4, { maxNumBatchedTokens: 10 }, requestOf('a', 23, 2))).toEqual([
      'a+ 10@0 | R1 W0 free 97',
      'a 10@10 | R1 W0 free 95',
      'a 3@20 | R1 W0 free 94',
      'a 1@23 | R1 W0 free 94',
    ])
  })

  test('running sequences come first, in order of admission; newcomers get what is left', () => {
    expect(
      steps(3, { maxNumBatchedTokens: 10 }, requestOf('a', 7, 9), requestOf('b', 8, 9), requestOf('c', 2, 9)),
    ).toEqual([
      'a+ 7@0, b+ 3@0 | R2 W1 free 97',
      'a 1@7, b 5@3, c+ 2@0 | R3 W0 free 95',
      'a 1@8, b 1@8, c 1@2 | R3 W0 free 93',
    ])
  })

  // Source: `num_eligible_reqs` in `Scheduler.schedule` of vLLM 0.33.0.
  test('a long prompt takes at most the threshold from one step, while it runs and when it is admitted, unless it is the only one', () => {
    expect(steps(3, { longPrefillTokenThreshold: 6 }, requestOf('a', 19, 1), requestOf('b', 7, 1))).toEqual([
      'a+ 6@0, b+ 6@0 | R2 W0 free 96',
      'a 6@6, b 1@6 | R2 W0 free 95',
      'a 7@12 | R1 W0 free 95',
    ])
  })

  test('a single prompt is admitted whole, and one that waits makes it two', () => {
    expect(steps(1, { longPrefillTokenThreshold: 6 }, requestOf('a', 13, 1))).toEqual(['a+ 13@0 | R1 W0 free 96'])
    const config = { longPrefillTokenThreshold: 6, maxNumSeqs: 1 }
    expect(steps(1, config, requestOf('a', 13, 1), requestOf('b', 5, 1))).toEqual(['a+ 6@0 | R1 W1 free 98'])
  })

  // Source: `long_prefill_token_threshold_adaptive` of vLLM 0.33.0's `SchedulerConfig`.
  test('the threshold that adapts is no less than an even share of the budget', () => {
    const config = { longPrefillTokenThreshold: 6, longPrefillTokenThresholdAdaptive: true, maxNumBatchedTokens: 29 }
    // 29 over 3 are 9, over 2 are 14.
    const [a, b, c] = [requestOf('a', 30, 9), requestOf('b', 9, 1), requestOf('c', 9, 1)]
    expect(steps(2, config, a, b, c)).toEqual(['a+ 9@0, b+ 9@0, c+ 9@0 | R3 W0 free 91', 'a 21@9 | R1 W0 free 92'])
    expect(steps(1, config, a, b)).toEqual(['a+ 14@0, b+ 9@0 | R2 W0 free 93'])
  })

  // Source: `max_num_active_reqs` in `Scheduler.schedule` of vLLM 0.33.0.
  test('fewer run together than there is place for', () => {
    const three = ['a', 'b', 'c'].map((id) => requestOf(id, 3, 9))
    expect(steps(1, { maxNumActiveSeqs: 2 }, ...three)).toEqual(['a+ 3@0, b+ 3@0 | R2 W1 free 98'])
  })

  test('without chunked prefill a prompt waits for a step that can take it whole', () => {
    const config = { enableChunkedPrefill: false, maxNumBatchedTokens: 10 }
    expect(steps(2, config, requestOf('a', 7, 1), requestOf('b', 4, 1), requestOf('c', 1, 1))).toEqual([
      'a+ 7@0 | R1 W2 free 98',
      'b+ 4@0, c+ 1@0 | R2 W0 free 98',
    ])
  })

  test('no more than maxNumSeqs run', () => {
    expect(steps(2, { maxNumSeqs: 1 }, requestOf('a', 3, 1), requestOf('b', 3, 1))).toEqual([
      'a+ 3@0 | R1 W1 free 99',
      'b+ 3@0 | R1 W0 free 99',
    ])
  })
})

describe('prefix cache', () => {
  test('the last token is always computed: of n tokens at most floor((n - 1) / block) blocks are hit', () => {
    const scheduler = new VllmScheduler(tinyConfig())
    for (const [id, tokens] of [
      ['a', 9],
      ['b', 8],
      ['c', 9],
    ] as const) {
      scheduler.add(requestOf(id, tokens, 1, 'xy'))
    }
    expect(step(scheduler)).toBe('a+ 9@0, b+ 4@4, c+ 1@8 | R3 W0 free 95')
    expect([scheduler.counts.queriedTokens, scheduler.counts.hitTokens]).toEqual([26, 12])
  })

  test('a full block can be hit by the next request of the step that computes it, a part of one cannot', () => {
    const config = { maxNumBatchedTokens: 10 }
    expect(steps(1, config, requestOf('a', 6, 1, 'x'), requestOf('b', 6, 1, 'x'))[0]).toBe(
      'a+ 6@0, b+ 2@4 | R2 W0 free 97',
    )
    expect(steps(1, { longPrefillTokenThreshold: 3 }, requestOf('a', 6, 1, 'x'), requestOf('b', 6, 1, 'x'))[0]).toBe(
      'a+ 3@0, b+ 3@0 | R2 W0 free 98',
    )
  })

  test('what a request has generated is not hit by another, though the blocks are kept', () => {
    const scheduler = new VllmScheduler(tinyConfig())
    scheduler.add(requestOf('a', 4, 9, 'x'))
    for (let at = 0; at < 9; at += 1) step(scheduler)
    expect(scheduler.counts.cachedBlocks).toBe(3)
    scheduler.add(requestOf('b', 14, 1, 'xyz'))
    expect(step(scheduler)).toBe('b+ 10@4 | R1 W0 free 96')
  })

  test('switched off, nothing is kept', () => {
    const scheduler = new VllmScheduler(tinyConfig({ enablePrefixCaching: false }))
    scheduler.add(requestOf('a', 9, 1, 'xy'))
    scheduler.add(requestOf('b', 9, 1, 'xy'))
    expect(step(scheduler)).toBe('a+ 9@0, b+ 9@0 | R2 W0 free 94')
    expect([scheduler.counts.cachedBlocks, scheduler.counts.queriedTokens]).toEqual([0, 0])
  })

  test('the tail of a sequence is forgotten before its head, and its unfinished block before anything cached', () => {
    // Usable: 5. `a` leaves two keyed blocks and one without a key, which `b` takes first, then the two never used.
    const scheduler = new VllmScheduler(tinyConfig({ numBlocks: 6 }))
    scheduler.add(requestOf('a', 9, 1, 'xy'))
    step(scheduler)
    scheduler.add(requestOf('b', 11, 1, 'uvw'))
    expect(step(scheduler)).toBe('b+ 11@0 | R1 W0 free 2')
    scheduler.add(requestOf('c', 9, 1, 'xy'))
    expect(step(scheduler)).toBe('c+ 1@8 | R1 W0 free 2')
    // Queue now: c's third, b's third; then b's second and first, c's second and first. Four blocks leave only the head of `xy`.
    scheduler.add(requestOf('d', 16, 1, 'pqrs'))
    step(scheduler)
    scheduler.add(requestOf('e', 9, 1, 'xy'))
    expect(step(scheduler)).toBe('e+ 5@4 | R1 W0 free 2')
  })
})

describe('admission', () => {
  test('needs free blocks for the whole input, not for its first chunk', () => {
    const config = { numBlocks: 7, maxNumBatchedTokens: 8 }
    const [a, b] = [requestOf('a', 7, 9), requestOf('b', 17, 1)]
    expect(steps(1, config, a, b)[0]).toBe('a+ 7@0 | R1 W1 free 4')
    expect(steps(2, { ...config, reserveFullIsl: false }, a, b)).toEqual([
      'a+ 7@0, b+ 1@0 | R2 W0 free 3',
      'a 1@7, b 7@1 | R2 W0 free 2',
    ])
  })

  test('the first that does not fit keeps all behind it waiting', () => {
    const config = { numBlocks: 7 }
    expect(steps(1, config, requestOf('a', 8, 9), requestOf('b', 20, 1), requestOf('c', 1, 1))[0]).toBe(
      'a+ 8@0 | R1 W2 free 4',
    )
  })

  test('a hit block that is free is needed too; one that somebody holds is not', () => {
    // Usable: 6. `a` leaves x, y cached and free. `b` holds 4 blocks; `c` hits x and y, free both, and needs 3 of 2 left.
    const free = new VllmScheduler(tinyConfig({ numBlocks: 7 }))
    free.add(requestOf('a', 8, 1, 'xy'))
    step(free)
    free.add(requestOf('b', 14, 9, 'u'))
    free.add(requestOf('c', 9, 1, 'xy'))
    expect(step(free)).toBe('b+ 14@0 | R1 W1 free 2')
    // The same, but somebody holds x and y: 1 block is enough.
    const held = new VllmScheduler(tinyConfig({ numBlocks: 7 }))
    held.add(requestOf('a', 8, 9, 'xy'))
    held.add(requestOf('b', 8, 9, 'u'))
    held.add(requestOf('c', 9, 1, 'xy'))
    expect(step(held)).toBe('a+ 8@0, b+ 8@0, c+ 1@8 | R3 W0 free 1')
  })

  test('the watermark is kept free beside running requests, and not when nothing runs', () => {
    const config = { numBlocks: 11, watermark: 0.2 }
    expect(steps(1, config, requestOf('a', 40, 1))[0]).toBe('a+ 40@0 | R1 W0 free 0')
    expect(steps(1, config, requestOf('a', 20, 9), requestOf('b', 16, 9))[0]).toBe('a+ 20@0 | R1 W1 free 5')
    expect(steps(1, config, requestOf('a', 20, 9), requestOf('b', 12, 9))[0]).toBe('a+ 20@0, b+ 12@0 | R2 W0 free 2')
  })

  test('a request that was blocked is admitted in the very step in which enough is free, though others still run', () => {
    const config = { numBlocks: 8 }
    expect(
      steps(3, config, requestOf('a', 9, 9), requestOf('b', 8, 1), requestOf('c', 15, 9), requestOf('d', 1, 1)),
    ).toEqual(['a+ 9@0, b+ 8@0 | R2 W2 free 2', 'a 1@9, c+ 15@0 | R2 W1 free 0', 'a 1@10, c 1@15 | R2 W1 free 0'])
  })
})

describe('preemption', () => {
  // Usable: 4. Both prompts fill two blocks, so the first output token of `a` finds none free.
  const config = { numBlocks: 5 }

  test('takes the last running, whose output so far counts as input and whose cached blocks are hit again', () => {
    const scheduler = new VllmScheduler(tinyConfig(config))
    scheduler.add(requestOf('a', 8, 2, 'pq'))
    scheduler.add(requestOf('b', 8, 3, 'xy'))
    expect(step(scheduler)).toBe('a+ 8@0, b+ 8@0 | R2 W0 free 0')
    expect(step(scheduler)).toBe('a 1@8 -b | R1 W1 free 1')
    // 8 input tokens and 1 of output; y was taken for `a`, x was not. A resumed sequence is not new.
    expect(step(scheduler)).toBe('b 5@4 | R1 W0 free 1')
    expect(step(scheduler)).toBe('b 1@9 | R1 W0 free 1')
    expect([scheduler.counts.preemptions, scheduler.counts.queriedTokens, scheduler.counts.hitTokens]).toEqual([
      1, 16, 0,
    ])
  })

  test('a step that preempts admits nobody, though a block is free and enough for a first chunk', () => {
    const chunks = { ...config, reserveFullIsl: false, enablePrefixCaching: false, longPrefillTokenThreshold: 4 }
    expect(steps(4, chunks, requestOf('a', 8, 9), requestOf('b', 8, 9))).toEqual([
      'a+ 4@0, b+ 4@0 | R2 W0 free 2',
      'a 4@4, b 4@4 | R2 W0 free 0',
      'a 1@8 -b | R1 W1 free 1',
      'a 1@9, b 4@0 | R2 W0 free 0',
    ])
  })

  test('the preempted go before all who wait, the first admitted foremost', () => {
    const order: string[] = []
    const scheduler = new VllmScheduler(tinyConfig({ numBlocks: 7 }))
    for (const id of ['a', 'b', 'c']) scheduler.add(requestOf(id, 8, id === 'a' ? 14 : 9))
    scheduler.add(requestOf('d', 1, 1))
    for (let at = 0; at < 60; at += 1) {
      const plan = scheduler.schedule()
      for (const { sequence } of plan.preempted) order.push(`-${sequence.request.id}`)
      for (const { request } of plan.sequences.slice(plan.sequences.length - plan.admitted))
        order.push(`+${request.id}`)
      scheduler.commit({ tokens: () => {}, finished: () => {} })
    }
    expect(order).toEqual(['+a', '+b', '+c', '-c', '-b', '+b', '+c', '+d'])
  })

  test('a sequence that is itself the last goes, and the step ends there', () => {
    expect(steps(3, config, requestOf('a', 7, 9), requestOf('b', 8, 9))).toEqual([
      'a+ 7@0, b+ 8@0 | R2 W0 free 0',
      'a 1@7 -b | R1 W1 free 2',
      'a 1@8 | R1 W1 free 1',
    ])
  })
})

test('output ends where the context does', () => {
  const scheduler = new VllmScheduler(tinyConfig({ maxModelLen: 12 }))
  scheduler.add(requestOf('a', 9, 50))
  const ended: number[] = []
  for (let at = 0; at < 9; at += 1) {
    scheduler.schedule()
    scheduler.commit({ tokens: () => {}, finished: ({ generated }) => ended.push(generated) })
  }
  expect(ended).toEqual([3])
})

test('an aborted request frees its blocks, running or waiting', () => {
  const scheduler = new VllmScheduler(tinyConfig({ maxNumSeqs: 1 }))
  const [a, b] = [scheduler.add(requestOf('a', 8, 9)), scheduler.add(requestOf('b', 8, 9))]
  scheduler.add(requestOf('c', 4, 9))
  expect(step(scheduler)).toBe('a+ 8@0 | R1 W2 free 98')
  scheduler.abort(b)
  scheduler.abort(a)
  scheduler.abort(a)
  expect(step(scheduler)).toBe('c+ 4@0 | R1 W0 free 99')
})
