import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import { BlockPool } from './block-pool.ts'
import { CachedPrefix } from './cached-prefix.ts'
import { holderOf, runOf } from './holder.fixture.ts'
import { VllmSequence } from './vllm-sequence.ts'

let serial = 0

/** Waits with a prompt of such full blocks and one token more. */
function waiting(contents: string, session?: string): VllmSequence {
  serial += 1
  return new VllmSequence(
    { ...requestOf('r', contents.length * 4 + 1, 9, contents), ...(session && { session }) },
    serial,
    400,
  )
}

function computed(pool: BlockPool, contents: string, session?: string): VllmSequence {
  const sequence = waiting(contents, session)
  pool.take(sequence, contents.length)
  while (sequence.keyedBlocks < contents.length) pool.giveKey(sequence)
  return sequence
}

/** Blocks found, of those the free ones, and what is held when they have been given. */
function given(cached: CachedPrefix, sequence: VllmSequence) {
  cached.find(sequence)
  const { count, freeCount } = cached
  cached.give(sequence)
  return { count, freeCount, held: sequence.keyedBlocks, computed: sequence.computed }
}

test('what the last of a session left is found run by run, as far as the prompt goes on alike', () => {
  const pool = new BlockPool(20)
  const cached = new CachedPrefix(pool, tinyConfig())
  const first = computed(pool, 'abcd', 's')
  cached.remember(first)
  pool.release(first)
  expect(given(cached, waiting('abxy', 's'))).toEqual({ count: 2, freeCount: 2, held: 2, computed: 8 })
  // The head is held now, and the rest is free still.
  expect(given(cached, waiting('abcd', 's'))).toEqual({ count: 4, freeCount: 2, held: 4, computed: 16 })
  expect(given(cached, waiting('abcde'))).toEqual({ count: 4, freeCount: 0, held: 4, computed: 16 })
})

test('what has been evicted of it since is not found, and what others have computed again is', () => {
  const pool = new BlockPool(5)
  const cached = new CachedPrefix(pool, tinyConfig())
  const first = computed(pool, 'abcd', 's')
  cached.remember(first)
  pool.release(first)
  const between = holderOf()
  pool.take(between, 2)
  cached.find(waiting('abcd', 's'))
  expect(cached.count).toBe(2)
  pool.release(between)
  const again = waiting('abc')
  expect(given(cached, again).count).toBe(2)
  pool.take(again, 1)
  pool.giveKey(again)
  cached.find(waiting('abcd', 's'))
  expect([cached.count, cached.freeCount]).toEqual([3, 0])
})

test('of two that computed the same, the blocks of the first are hit, by the session of the second too', () => {
  const pool = new BlockPool(9)
  const cached = new CachedPrefix(pool, tinyConfig())
  const first = computed(pool, 'a')
  const second = computed(pool, 'ab', 's')
  cached.remember(second)
  const next = waiting('abc', 's')
  expect(given(cached, next).count).toBe(2)
  expect([first.held.last!.holders, second.held.at(0).holders, second.held.last!.holders]).toEqual([2, 1, 2])
})

test('behind a younger block that is hit, the older of the next is', () => {
  const pool = new BlockPool(6)
  const cached = new CachedPrefix(pool, tinyConfig())
  const [one, two, three] = [computed(pool, 'a'), computed(pool, 'ab'), computed(pool, 'ab')]
  // The first two lose their `a`; somebody keeps the `b` of the second.
  const keeper = holderOf('ab')
  const oldest = runOf(pool, 'ab')!
  pool.hold(keeper, oldest, 1, 2)
  pool.release(one)
  pool.release(two)
  pool.take(holderOf(), 2)
  const next = waiting('abc')
  expect(given(cached, next)).toMatchObject({ count: 2, freeCount: 0 })
  expect([next.held.at(0).keys === three.keys, next.held.last, oldest.holders]).toEqual([true, oldest, 2])
})
