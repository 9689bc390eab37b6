import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { PrefetchRetries } from './prefetch-retries.ts'
import { SglangSequence } from './sglang-sequence.ts'

const limits = { pageSize: 4, kvTokens: 400, maxModelLen: 300 }
const [head, other, last] = ['a', 'b', 'c'].map((id, at) => new SglangSequence(requestOf(id, 9, 1), at, limits))
const waiting = [head!, other!, last!]
const always = () => true

// storage_prefetch.py: pop_ready
test('who has nothing looks again so many steps after it was first seen to wait behind another', () => {
  const retries = new PrefetchRetries(2)
  retries.want(other!, 7)
  retries.want(last!)
  const step = () => retries.take(waiting, always).map(([{ request }, hitEnd]) => [request.id, hitEnd])
  expect([step(), step(), step(), step()]).toEqual([
    [],
    [],
    [
      ['b', 7],
      ['c', undefined],
    ],
    [],
  ])
})

test('the first that waits never looks again, nor who has done so often enough, nor anybody where it is turned off', () => {
  const retries = new PrefetchRetries(1)
  for (const sequence of waiting) retries.want(sequence)
  retries.take(waiting, (sequence) => sequence !== other)
  expect(retries.size).toBe(1)
  expect(retries.take(waiting, always).map(([{ request }]) => request.id)).toEqual(['c'])
  const off = new PrefetchRetries(0)
  off.want(other!)
  expect([off.take(waiting, always), off.size]).toEqual([[], 0])
})
