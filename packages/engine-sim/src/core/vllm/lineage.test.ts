import { expect, test } from 'vitest'
import { BlockPool } from './block-pool.ts'

/** Takes a block for each key, behind one another. */
function chain(pool: BlockPool, keys: readonly number[], before = 0): Int32Array {
  let last = before
  return Int32Array.from(keys, (key) => {
    const block = pool.take()
    pool.giveKey(block, key, last)
    last = block
    return block
  })
}

function keysLeft(pool: BlockPool, keys: readonly number[]): number[] {
  return keys.filter((key) => pool.find(key) !== 0)
}

/** a with b behind it; a becomes free before b, as when another block with the content of a is hit by whoever holds b. */
function parentFreedFirst(policy: 'lru' | 'lineage') {
  const pool = new BlockPool(4, undefined, policy)
  const [a, b] = chain(pool, [11, 12])
  const [c] = chain(pool, [21])
  pool.release(Int32Array.of(a!), 1)
  pool.release(Int32Array.of(b!), 1)
  pool.release(Int32Array.of(c!), 1)
  return pool
}

// ../shared/spec/dynamo.md 4.6
test('a block goes after what is behind it, whichever became free first', () => {
  const byLineage = parentFreedFirst('lineage')
  byLineage.take()
  expect(keysLeft(byLineage, [11, 12, 21])).toEqual([11, 21])
  byLineage.take()
  expect(keysLeft(byLineage, [11, 12, 21])).toEqual([21])
  const byUse = parentFreedFirst('lru')
  byUse.take()
  expect(keysLeft(byUse, [11, 12, 21])).toEqual([12, 21])
})

test('what is held behind a block does not keep it', () => {
  const pool = new BlockPool(3, undefined, 'lineage')
  const [a] = chain(pool, [11, 12])
  pool.release(Int32Array.of(a!), 1)
  pool.take()
  expect(keysLeft(pool, [11, 12])).toEqual([12])
})

test('what followed a block does not follow what the block holds next', () => {
  const pool = new BlockPool(3, undefined, 'lineage')
  const [a, b] = chain(pool, [11, 12])
  pool.release(Int32Array.of(a!), 1)
  const [again] = chain(pool, [31])
  expect(again).toBe(a)
  pool.release(Int32Array.of(a!), 1)
  pool.release(Int32Array.of(b!), 1)
  pool.take()
  expect(keysLeft(pool, [12, 31])).toEqual([12])
})

test('a cache that was forgotten has no lineage left', () => {
  const pool = parentFreedFirst('lineage')
  pool.forgetContents()
  expect([pool.take(), pool.take(), pool.take()].toSorted()).toEqual([1, 2, 3])
  expect(pool.evictedBlocks).toBe(0)
})
