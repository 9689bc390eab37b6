import { expect, test } from 'vitest'
import { BlockRun } from './block-run.ts'
import { holderOf } from './holder.fixture.ts'
import { RunIndex } from './run-index.ts'

/** A run of so many blocks from `start` on, noted. */
function noted(
  index: RunIndex,
  contents: string,
  { start = 0, end = contents.length, older = undefined as BlockRun | undefined } = {},
) {
  const run = new BlockRun(holderOf(contents).keys, start, older)
  while (run.end < end) index.add(run)
  return run
}

const { keys } = holderOf('abcdef')

test('a run is found by its first block, and any of its blocks by looking for its beginning', () => {
  const index = new RunIndex()
  const run = noted(index, 'abcd')
  const behind = noted(index, 'abcdef', { start: 4 })
  expect([0, 1, 4, 5].map((block) => index.findNext(keys, block))).toEqual([run, undefined, behind, undefined])
  expect([0, 3, 4, 5, 6].map((block) => index.find(keys, block))).toEqual([run, run, behind, behind, undefined])
  expect([index.find(holderOf('abx').keys, 1), index.find(holderOf('abx').keys, 2)]).toEqual([run, undefined])
  expect(index.size).toBe(6)
})

test('what is cut off is found by itself, and so is the rest', () => {
  const index = new RunIndex()
  const run = noted(index, 'abcd')
  const head = run.cut(2)
  index.cut(run, head)
  expect([0, 2].map((block) => index.findNext(keys, block))).toEqual([head, run])
  expect([1, 3].map((block) => index.find(keys, block))).toEqual([head, run])
})

test('of younger ones the oldest is found once the older is gone, and each knows whether another has the same', () => {
  const index = new RunIndex()
  const oldest = noted(index, 'ab')
  const [second, third] = [noted(index, 'ab', { older: oldest }), noted(index, 'ab', { older: oldest })]
  expect([index.findNext(keys, 0), index.size]).toEqual([oldest, 6])
  expect(index.removeLast(oldest)).toBe(true)
  expect([index.findNext(keys, 0), index.findNext(keys, 1), index.find(keys, 1)]).toEqual([oldest, second, second])
  expect(index.removeLast(third)).toBe(true)
  expect(index.removeLast(second)).toBe(false)
  expect([index.find(keys, 1), index.size]).toEqual([undefined, 3])
  // Of the first block the older one is still there.
  expect([index.removeLast(third), index.removeLast(second), index.removeLast(oldest)]).toEqual([true, true, false])
  expect([index.find(keys, 0), index.size]).toEqual([undefined, 0])
})
