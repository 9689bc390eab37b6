import { expect, test } from 'vitest'
import { BlockPool, type Holder } from './block-pool.ts'
import { holderOf, runOf } from './holder.fixture.ts'

/** Computes all of a prompt, whatever is cached. */
function computed(pool: BlockPool, contents: string): Holder {
  const holder = holderOf(contents)
  pool.take(holder, contents.length)
  while (holder.keyedBlocks < contents.length) pool.giveKey(holder)
  return holder
}

/** Two have computed `a`, and the second of them `b` behind its own. Whoever comes then holds the `a` of the first and the `b` of the second. */
function twoOfOne(policy: 'lru' | 'lineage') {
  const pool = new BlockPool(4, undefined, policy)
  const [first, second] = [computed(pool, 'a'), computed(pool, 'ab')]
  const third = holderOf('ab')
  for (const [at, contents] of ['a', 'ab'].entries()) pool.hold(third, runOf(pool, contents)!, at, at + 1)
  return { pool, first, second, third }
}

function left(pool: BlockPool, ...prompts: string[]): string[] {
  return prompts.filter((contents) => runOf(pool, contents))
}

// ../shared/spec/dynamo.md 4.6
test('a block goes after what is behind it, whichever became free first', () => {
  const afterOne = (policy: 'lru' | 'lineage') => {
    const { pool, second, third } = twoOfOne(policy)
    pool.release(second)
    pool.release(third)
    pool.take(holderOf(), 1)
    return [left(pool, 'a', 'ab'), pool.cachedBlocks]
  }
  expect(afterOne('lineage')).toEqual([['a'], 2])
  expect(afterOne('lru')).toEqual([['a', 'ab'], 2])
})

test('what is held behind a block does not keep it', () => {
  const { pool, second } = twoOfOne('lineage')
  pool.release(second)
  pool.take(holderOf(), 1)
  expect([left(pool, 'a', 'ab'), pool.cachedBlocks]).toEqual([['a', 'ab'], 2])
})

test('of a run the blocks go from its end, and then what it was behind', () => {
  const pool = new BlockPool(7, undefined, 'lineage')
  const whole = computed(pool, 'abcd')
  const other = holderOf('abxy')
  pool.hold(other, runOf(pool, 'a')!, 0, 2)
  pool.take(other, 2)
  while (other.keyedBlocks < 4) pool.giveKey(other)
  pool.release(other)
  pool.release(whole)
  const order = Array.from({ length: 6 }, () => {
    pool.take(holderOf(), 1)
    return left(pool, 'a', 'ab', 'abc', 'abcd', 'abx', 'abxy').at(-1) ?? ''
  })
  // `xy` became free first, then `cd`, then `ab`.
  expect(order).toEqual(['abx', 'abcd', 'abc', 'ab', 'a', ''])
})

test('a cache that was forgotten has no lineage left', () => {
  const { pool, first, second, third } = twoOfOne('lineage')
  for (const holder of [first, second, third]) pool.release(holder)
  pool.forgetContents()
  pool.take(holderOf(), 3)
  expect([pool.evictedBlocks, pool.freeBlocks]).toEqual([0, 0])
})
