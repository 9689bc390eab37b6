import { expect, test } from 'vitest'
import { BlockPool, type Holder } from './block-pool.ts'
import { holderOf, runOf } from './holder.fixture.ts'

/** A sequence that computes all of its blocks, and has so many behind them that are not full. */
function filled(pool: BlockPool, contents: string, more = 0): Holder {
  const holder = holderOf(contents)
  pool.take(holder, contents.length + more)
  for (const _ of contents) pool.giveKey(holder)
  return holder
}

/** What is found of a prompt, block by block. */
function found(pool: BlockPool, contents: string): string {
  return [...contents].map((letter, at) => (runOf(pool, contents.slice(0, at + 1)) ? letter : '-')).join('')
}

/** Takes blocks one by one; after each, what is found. */
function takenFrom(pool: BlockPool, count: number, contents: string): string[] {
  return Array.from({ length: count }, () => {
    pool.take(holderOf(), 1)
    return found(pool, contents)
  })
}

test('the null block is never given out: usable are numBlocks - 1', () => {
  const pool = new BlockPool(5)
  expect(pool.freeBlocks).toBe(4)
  pool.take(holderOf(), 4)
  expect(() => pool.take(holderOf(), 1)).toThrow(RangeError)
})

test('the tail of a sequence is forgotten before its head, and what is longest free before all of what is free for less long', () => {
  const pool = new BlockPool(5)
  const [one, other] = [filled(pool, 'ab'), filled(pool, 'xy')]
  pool.release(one)
  pool.release(other)
  expect(takenFrom(pool, 4, 'ab')).toEqual(['a-', '--', '--', '--'])
  expect([pool.evictedBlocks, pool.cachedBlocks, pool.freeBlocks]).toEqual([4, 0, 0])
})

test('blocks without content go before all that have some, used before or not', () => {
  const pool = new BlockPool(7)
  // Three of the six are never used, and one is left without content.
  pool.release(filled(pool, 'ab', 1))
  expect(takenFrom(pool, 5, 'ab')).toEqual(['ab', 'ab', 'ab', 'ab', 'a-'])
})

test('a run is free when its last holder lets go, and a free one can be hit until it is taken', () => {
  const pool = new BlockPool(3)
  const [one, other] = [filled(pool, 'a'), holderOf('a')]
  const run = runOf(pool, 'a')!
  pool.hold(other, run, 0, 1)
  pool.release(one)
  expect([run.holders, pool.freeBlocks]).toEqual([1, 1])
  pool.release(other)
  expect([run.holders, pool.freeBlocks, found(pool, 'a')]).toEqual([0, 2, 'a'])
  pool.hold(one, run, 0, 1)
  expect([pool.freeBlocks, one.blockCount, one.keyedBlocks]).toEqual([1, 1, 1])
  pool.release(one)
  pool.take(other, 2)
  expect([found(pool, 'a'), pool.evictedBlocks, pool.cachedBlocks]).toEqual(['-', 1, 0])
})

test('who holds the head of a run keeps the head alone', () => {
  const pool = new BlockPool(5)
  const [one, other] = [filled(pool, 'abcd'), holderOf('abx')]
  pool.hold(other, runOf(pool, 'a')!, 0, 2)
  expect(pool.freeBlocks).toBe(0)
  pool.release(one)
  expect([pool.freeBlocks, found(pool, 'abcd')]).toEqual([2, 'abcd'])
  pool.take(other, 2)
  expect(found(pool, 'abcd')).toBe('ab--')
  pool.release(other)
  expect(pool.freeBlocks).toBe(4)
})

test('who holds a middle part takes it out of the queue, and the rest stays where it was', () => {
  const pool = new BlockPool(9)
  pool.release(filled(pool, 'abcd'))
  pool.release(filled(pool, 'wxyz'))
  const holder = holderOf()
  pool.hold(holder, runOf(pool, 'ab')!, 1, 3)
  expect(takenFrom(pool, 3, 'abcdwxyz'.slice(0, 4))).toEqual(['abc-', '-bc-', '-bc-'])
  expect(found(pool, 'wxyz')).toBe('wxy-')
})

test('what somebody else has hit grows no more: the next block begins a run of its own', () => {
  const pool = new BlockPool(5)
  const [one, other] = [holderOf('abc'), holderOf('abx')]
  pool.take(one, 3)
  pool.giveKey(one)
  pool.giveKey(one)
  pool.hold(other, runOf(pool, 'a')!, 0, 2)
  pool.giveKey(one)
  pool.release(one)
  expect([pool.freeBlocks, found(pool, 'abc')]).toEqual([2, 'abc'])
  pool.take(other, 2)
  expect([found(pool, 'abc'), pool.evictedBlocks]).toEqual(['ab-', 1])
})

test('when contents are forgotten nothing is found any more, nothing counts as evicted, and every block can be taken', () => {
  const pool = new BlockPool(4)
  pool.release(filled(pool, 'ab'))
  pool.forgetContents()
  expect([found(pool, 'ab'), pool.cachedBlocks, pool.freeBlocks]).toEqual(['--', 0, 3])
  pool.take(holderOf(), 3)
  expect(pool.evictedBlocks).toBe(0)
})

test('of two blocks with one key the first is hit, and the second once that is gone', () => {
  const pool = new BlockPool(3)
  const [first, second] = [filled(pool, 'a'), filled(pool, 'a')]
  expect([runOf(pool, 'a'), pool.cachedBlocks]).toEqual([first.held.last, 2])
  const [older, younger] = [first.held.last, second.held.last]
  pool.release(first)
  expect(runOf(pool, 'a')).toBe(older)
  pool.take(holderOf(), 1)
  expect([runOf(pool, 'a'), pool.cachedBlocks, pool.forgotten.size]).toEqual([younger, 1, 0])
})

test('a run ends where somebody else has had the next block for longer', () => {
  const pool = new BlockPool(6)
  const one = holderOf('ab')
  pool.take(one, 1)
  pool.giveKey(one)
  const other = filled(pool, 'ab')
  pool.take(one, 1)
  pool.giveKey(one)
  const [a, b] = [runOf(pool, 'a'), runOf(pool, 'ab')]
  expect([a!.start, a!.end, a!.isYounger, one.held.at(0) === a]).toEqual([0, 1, false, true])
  expect([b!.isYounger, other.held.last === b, one.held.last!.isYounger]).toEqual([false, true, true])
})
