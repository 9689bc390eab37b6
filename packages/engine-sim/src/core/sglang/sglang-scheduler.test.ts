import { describe, expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { stepper } from './sglang.fixture.ts'

// Each rule on values worked by hand. Source of all: SGLang 0.5.23; ../shared/spec/engine-sim.md 11 names the steps that differ without it.

/** A request that may end before its longest length. */
const open = (id: string, input: number, output: number, maxTokens: number, contents = '') => ({
  ...requestOf(id, input, output, contents),
  maxTokens,
  ignoresEos: false,
})

describe('a step is one or the other', () => {
  test('prefills go first, and all decodes wait for them', () => {
    const { scheduler, step, steps } = stepper()
    scheduler.add(requestOf('a', 10, 5))
    expect(steps(2)).toEqual(['E a+10', 'D a'])
    scheduler.add(requestOf('b', 7, 2))
    expect([step(), step(), step()]).toEqual(['E b+7', 'D a b', 'D a'])
  })

  test('running requests join the prefill in a mixed step, behind it, if they fit', () => {
    const { scheduler, steps } = stepper({ enableMixedChunk: true })
    scheduler.add(requestOf('a', 10, 5))
    expect(steps(1)).toEqual(['E a+10'])
    scheduler.add(requestOf('b', 7, 3))
    expect(steps(3)).toEqual(['E b+7 a+1@10', 'D b a', 'D b a'])
  })
})

// init_chunked_prefill: is_mixed_chunk wants a chunked_prefill_size
test('where prompts are not cut, nobody joins a prefill', () => {
  const { scheduler, steps } = stepper({ enableMixedChunk: true, chunkedPrefillSize: 0 })
  scheduler.add(requestOf('a', 10, 5))
  expect(steps(1)).toEqual(['E a+10'])
  scheduler.add(requestOf('b', 7, 3))
  expect(steps(2)).toEqual(['E b+7', 'D a b'])
})

describe('new requests are read every so many decode steps', () => {
  test('of three: what comes after the first waits for two more; a prefill is looked after at once', () => {
    const { scheduler, step, steps } = stepper({ recvInterval: 3 })
    scheduler.add(requestOf('a', 10, 20))
    // The engine was idle: read at once. After a prefill too.
    expect(step()).toBe('E a+10')
    scheduler.add(requestOf('b', 7, 20))
    expect(steps(2)).toEqual(['E b+7', 'D a b'])
    scheduler.add(requestOf('c', 5, 2))
    expect(scheduler.counts.waiting).toBe(1)
    expect(steps(4)).toEqual(['D a b', 'D a b', 'E c+5', 'D a b c'])
  })

  test('one that leaves before it is read never runs, and nobody is left behind when the last one ends', () => {
    const { scheduler, steps } = stepper({ recvInterval: 30 })
    scheduler.add(requestOf('a', 10, 3))
    expect(steps(2)).toEqual(['E a+10', 'D a'])
    const gone = scheduler.add(requestOf('b', 7, 2))
    scheduler.add(requestOf('c', 5, 2))
    scheduler.abort(gone)
    expect(steps(4)).toEqual(['D a', 'E c+5', 'D c', '-'])
  })
})

describe('chunks', () => {
  test('a prompt beyond the budget is cut, and goes on before anybody else', () => {
    const { scheduler, steps } = stepper({ chunkedPrefillSize: 20 })
    scheduler.add(requestOf('a', 30, 2))
    scheduler.add(requestOf('b', 15, 2))
    expect(steps(4)).toEqual(['E a+20', 'E a+10@20 b+10', 'E b+5@10', 'D a b'])
  })

  test('a chunk ends where a page does; its budget is charged in pages', () => {
    const { scheduler, steps } = stepper({ blockSize: 4, numBlocks: 50, chunkedPrefillSize: 10 })
    scheduler.add(requestOf('a', 6, 2))
    scheduler.add(requestOf('b', 9, 2))
    expect(steps(3)).toEqual(['E a+6', 'E b+8', 'E b+1@8'])
  })

  test('a budget of 0 cuts nothing', () => {
    const { scheduler, step } = stepper({ chunkedPrefillSize: 0, maxPrefillTokens: 20 })
    scheduler.add(requestOf('a', 30, 2))
    scheduler.add(requestOf('b', 5, 2))
    expect(step()).toBe('E a+30')
  })

  test('what a chunk has computed is found by others while it goes on', () => {
    const { scheduler, steps } = stepper({ chunkedPrefillSize: 6 })
    scheduler.add(requestOf('a', 9, 2, 'abcdefghi'))
    scheduler.add(requestOf('b', 8, 2, 'abcdefxy'))
    expect(steps(2)).toEqual(['E a+6', 'E a+3@6 b+2@6'])
  })
})

describe('admission', () => {
  test('a newcomer needs its input, its whole output and a page, and must leave something', () => {
    // 40 of 100 tokens are free when a's prompt is computed, and a may have 19 more: b's 10 and its output and a page must stay below 21.
    const second = (output: number) => {
      const { scheduler, step } = stepper({ chunkedPrefillSize: 80 })
      scheduler.add(requestOf('a', 60, 20))
      step()
      scheduler.add(requestOf('b', 10, output))
      return step()
    }
    expect([second(9), second(10)]).toEqual(['E b+10', 'D a'])
  })

  test('of those that run, what they may still have is reserved at the ratio; in full where they ignore the end of a text', () => {
    const second = (ignoresEos: boolean) => {
      const { scheduler, step } = stepper({ chunkedPrefillSize: 80 })
      scheduler.add({ ...open('a', 40, 30, 30), ignoresEos })
      step()
      scheduler.add(requestOf('b', 30, 5))
      return step()
    }
    // 60 are free; a may have 29 more, of which half are reserved: 45.5 for b's 36. In full it is 31.
    expect([second(false), second(true)]).toEqual(['E b+30', 'D a'])
  })

  test('nobody is looked at again before somebody leaves', () => {
    const { scheduler, steps, heard } = stepper({ chunkedPrefillSize: 80 })
    scheduler.add(open('a', 40, 6, 40))
    expect(steps(1)).toEqual(['E a+40'])
    // 60 are free, and of the 39 that a may have, half are reserved: 40.5 are left, and b needs 35 + 5 + 1. A step later it would fit.
    scheduler.add(requestOf('b', 35, 5))
    expect(steps(5)).toEqual(['D a', 'D a', 'D a', 'D a', 'D a'])
    expect(heard).toEqual(['a'])
    expect(steps(1)).toEqual(['E b+35'])
  })

  test('no more requests than rows', () => {
    const { scheduler, steps } = stepper({ maxRunningRequests: 2 })
    for (const id of ['a', 'b', 'c']) scheduler.add(requestOf(id, 5, 2))
    expect(steps(3)).toEqual(['E a+5 b+5', 'D a b', 'E c+5'])
  })

  test('an output is never more than the memory holds beside the prompt', () => {
    const { scheduler } = stepper({ maxModelLen: 1_000 })
    const sequence = scheduler.add(requestOf('a', 60, 500))
    expect([sequence.maxTokens, sequence.outputLimit]).toEqual([38, 38])
  })

  test('without a cache, requests of known length are taken if memory never runs out from one end to the next', () => {
    const second = (output: number) => {
      const { scheduler, step } = stepper({ enablePrefixCaching: false, chunkedPrefillSize: 80 })
      scheduler.add(requestOf('a', 40, 10))
      step()
      scheduler.add(requestOf('b', 35, output))
      return step()
    }
    // By estimate 9 + 35 + 40 + 1 would not fit into 60. But a frees its pages when it ends.
    expect(second(40)).toBe('E b+35')
    const { scheduler, step } = stepper({ chunkedPrefillSize: 80 })
    scheduler.add(requestOf('a', 40, 10))
    step()
    scheduler.add(requestOf('b', 35, 40))
    expect(step()).toBe('D a')
  })
})

describe('the order of those that wait', () => {
  test('fcfs: as they came', () => {
    const { scheduler, steps } = stepper({ chunkedPrefillSize: 6 })
    scheduler.add(requestOf('a', 6, 1, 'abcdef'))
    steps(1)
    scheduler.add(requestOf('b', 6, 2, 'xyzuvw'))
    scheduler.add(requestOf('c', 6, 2, 'abcdxy'))
    expect(steps(1)).toEqual(['E b+6'])
  })

  test('lpm: the longest cached prefix first', () => {
    const { scheduler, steps } = stepper({ schedulePolicy: 'lpm', chunkedPrefillSize: 6 })
    scheduler.add(requestOf('a', 6, 1, 'abcdef'))
    steps(1)
    scheduler.add(requestOf('b', 6, 2, 'xyzuvw'))
    scheduler.add(requestOf('c', 6, 2, 'abcdxy'))
    expect(steps(1)).toEqual(['E c+2@4 b+4'])
  })

  test('lpm: of those that share what is not cached yet, the first goes where it stands and the others last', () => {
    const shared = 'abcdefghijklmnopqrstuvwxyzABCDEFGH'
    const { scheduler, steps } = stepper({
      schedulePolicy: 'lpm',
      numBlocks: 300,
      maxModelLen: 200,
      chunkedPrefillSize: 200,
    })
    scheduler.add(requestOf('a', 36, 1, shared))
    scheduler.add(requestOf('b', 36, 1, shared))
    scheduler.add(requestOf('c', 10, 1))
    expect(steps(1)).toEqual(['E a+36 c+10 b+36'])
  })
})

describe('memory', () => {
  test('a finished request leaves prompt and output, but for its last token, to the cache', () => {
    const { scheduler, steps } = stepper()
    scheduler.add(requestOf('a', 10, 3))
    steps(3)
    expect(scheduler.state).toMatchObject({ freeTokens: 88, evictableTokens: 12 })
  })

  test('output is evicted before the prompt that it is behind', () => {
    const { scheduler, steps } = stepper({ numBlocks: 20, maxModelLen: 20 })
    scheduler.add(requestOf('a', 8, 5, 'abcdefgh'))
    steps(5)
    expect(scheduler.state.evictableTokens).toBe(12)
    // 8 are free, 10 are wanted: the 4 of the output go, and the prompt stays.
    scheduler.add(requestOf('b', 10, 1))
    expect(steps(1)).toEqual(['E b+10'])
    scheduler.add(requestOf('c', 9, 1, 'abcdefgh'))
    expect(steps(1)).toEqual(['E c+1@8'])
  })

  test('those with the least output are retracted first, of them those with the longest input, and wait behind all others', () => {
    const { scheduler, step } = stepper({ numBlocks: 60, maxModelLen: 59, initNewTokenRatio: 0, minNewTokenRatio: 0 })
    scheduler.add(open('a', 10, 40, 40))
    step()
    step()
    const [b, c] = [scheduler.add(open('b', 12, 22, 22)), scheduler.add(open('c', 11, 20, 20))]
    expect(step()).toBe('E b+12')
    const d = scheduler.add(open('d', 50, 2, 2))
    while (scheduler.counts.preemptions === 0) step()
    // Both have grown until 60 tokens were full; b has one output token less than a.
    expect([b.preemptions, b.generated, b.computed, c.preemptions]).toEqual([1, 19, 0, 0])
    // a has 21 and is given 20 more, of the 40 that it may have.
    expect(scheduler.state.ratio).toBeCloseTo((20 + 20) / 41, 9)
    scheduler.abort(c)
    scheduler.abort(d)
    // What is computed again is its prompt and its output so far; of it all but the last token is gone with its pages.
    const told = Array.from({ length: 25 }, step)
    expect(told.find((text) => text.startsWith('E'))).toBe('E b+31')
  })

  test('what is scheduled while a result is on its way leaves out who ends with it by its length', () => {
    const { scheduler, schedule, commit } = stepper({ enableOverlap: true })
    scheduler.add(requestOf('a', 5, 2))
    scheduler.add(requestOf('b', 5, 3))
    expect(schedule()).toBe('E a+5 b+5')
    // The result of the prefill is not known: a has one output to come, and another.
    expect(schedule()).toBe('D a b')
    commit()
    expect(schedule()).toBe('D b')
    commit()
    expect(schedule()).toBe('-')
    commit()
    expect(scheduler.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0 })
  })

  test('who ends a text early costs one more row, for the step that was on its way', () => {
    const { scheduler, schedule, commit } = stepper({ enableOverlap: true })
    scheduler.add(open('a', 5, 2, 9))
    expect([schedule(), schedule()]).toEqual(['E a+5', 'D a'])
    commit()
    expect(schedule()).toBe('D a')
    commit()
    expect(schedule()).toBe('-')
  })

  test('the ratio falls with each decode and starts again when nothing is left', () => {
    const { scheduler, steps } = stepper()
    scheduler.add(requestOf('a', 5, 3))
    steps(3)
    expect(scheduler.state.ratio).toBeCloseTo(0.3, 9)
    steps(1)
    expect(scheduler.state.ratio).toBe(0.5)
  })
})

test('what an eviction cost: pages that had been in the tree are computed again', () => {
  const { scheduler, steps } = stepper({ numBlocks: 10, maxModelLen: 8, chunkedPrefillSize: 12 })
  for (const [id, contents] of [
    ['a', 'abcdef'],
    ['b', 'uvwxyz'],
    ['c', 'abcdef'],
  ] as const) {
    scheduler.add(requestOf(id, 6, 1, contents))
    steps(3)
  }
  // b wants two pages more than are free, and the leaf of a goes whole.
  expect(scheduler.counts).toMatchObject({ hitTokens: 0, recomputedTokens: 6 })
})

test('more may come at once than a call has arguments', () => {
  const { scheduler, steps } = stepper({ maxRunningRequests: 1 })
  const request = requestOf('a', 2, 2)
  for (let at = 0; at < 130_000; at += 1) scheduler.add({ ...request, id: String(at) })
  expect([steps(1), scheduler.counts.waiting]).toEqual([['E 0+2'], 129_999])
})
