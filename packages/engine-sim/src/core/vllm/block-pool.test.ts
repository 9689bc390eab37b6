import { expect, test } from 'vitest'
import { BlockPool } from './block-pool.ts'

function takeAll(pool: BlockPool): number[] {
  return Array.from({ length: pool.freeBlocks }, () => pool.take())
}

test('the null block is never given out: usable are numBlocks - 1', () => {
  const pool = new BlockPool(5)
  expect(pool.freeBlocks).toBe(4)
  expect(takeAll(pool)).toEqual([1, 2, 3, 4])
  expect(() => pool.take()).toThrow(RangeError)
})

test('keyed blocks join the end of the queue, the last block of the sequence first', () => {
  const pool = new BlockPool(8)
  const held = Int32Array.from([pool.take(), pool.take(), pool.take()])
  for (const block of held) pool.giveKey(block, 100 + block)
  pool.release(held, 3)
  expect(takeAll(pool)).toEqual([4, 5, 6, 7, 3, 2, 1])
})

test('blocks without a key go to the front, the last block of the sequence foremost', () => {
  const pool = new BlockPool(8)
  const held = Int32Array.from([pool.take(), pool.take(), pool.take(), pool.take()])
  pool.giveKey(held[0]!, 101)
  pool.giveKey(held[1]!, 102)
  pool.release(held, 4)
  expect(takeAll(pool)).toEqual([4, 3, 5, 6, 7, 2, 1])
})

test('a block is free when its last holder lets go, and a free one can be hit until it is taken', () => {
  const pool = new BlockPool(3)
  const held = Int32Array.from([pool.take()])
  pool.giveKey(1, 77)
  pool.touch(1)
  pool.release(held, 1)
  expect([pool.isFree(1), pool.freeBlocks]).toEqual([false, 1])
  pool.release(held, 1)
  expect([pool.isFree(1), pool.freeBlocks, pool.find(77)]).toEqual([true, 2, 1])
  pool.touch(1)
  expect([pool.freeBlocks, pool.find(77)]).toEqual([1, 1])
  pool.release(held, 1)
  takeAll(pool)
  expect([pool.find(77), pool.evictedBlocks, pool.cachedBlocks]).toEqual([0, 1, 0])
})

test('when contents are forgotten nothing is found any more, nothing counts as evicted, and every block can be taken', () => {
  const pool = new BlockPool(4)
  const held = Int32Array.from([pool.take(), pool.take()])
  for (const [at, block] of held.entries()) pool.giveKey(block, 70 + at)
  pool.release(held, 2)
  expect([pool.find(70), pool.find(71, pool.find(70))]).toEqual([1, 2])
  pool.forgetContents()
  expect([pool.find(70), pool.find(71, 1), pool.cachedBlocks, pool.freeBlocks]).toEqual([0, 0, 0, 3])
  expect(takeAll(pool).toSorted()).toEqual([1, 2, 3])
  expect(pool.evictedBlocks).toBe(0)
})

test('of two blocks with one key the first is hit, and the second once that is gone', () => {
  const pool = new BlockPool(4)
  const [first, second] = [pool.take(), pool.take()]
  pool.giveKey(first, 5)
  pool.giveKey(second, 5)
  expect([pool.find(5), pool.cachedBlocks]).toEqual([first, 2])
  pool.release(Int32Array.from([first]), 1)
  pool.take() // block 3, the head of the queue
  expect(pool.find(5)).toBe(first)
  pool.take() // `first`
  expect(pool.find(5)).toBe(second)
})
