import { expect, test } from 'vitest'
import { findChains } from './find-chains.ts'

/** `at` to `at + 1` seconds. */
function request(at: number, ids: readonly number[], { model = 'm', seconds = 1 } = {}) {
  return { startMs: 1000 * at, endMs: 1000 * (at + seconds), model, ids: Uint32Array.from(ids) }
}

test('two agents that took turns are two chains, and a third that shares nothing is its own', () => {
  const requests = [
    request(0, [1, 2]),
    request(2, [7, 8]),
    request(4, [1, 2, 3]),
    request(6, [7, 8, 9]),
    request(8, [5]),
    request(10, [1, 2, 3, 4]),
  ]
  expect(findChains(requests)).toEqual([[0, 2, 5], [1, 3], [4]])
})

test('a prompt whose tail was rewritten goes on with what it shares most with', () => {
  const requests = [request(0, [1, 2, 3]), request(2, [1, 2, 4, 5]), request(4, [1, 2, 4, 6])]
  expect(findChains(requests)).toEqual([[0, 1, 2]])
})

test('of two that share a beginning, the one that shares more is the same agent and the other was started by it', () => {
  const requests = [request(0, [1, 2, 3, 4]), request(2, [1, 2, 9]), request(3, [1, 2, 3, 8])]
  expect(findChains(requests)).toEqual([[0, 2], [1]])
})

test('a prompt that was not yet answered is not gone on with, nor is one of another model', () => {
  expect(findChains([request(0, [1], { seconds: 5 }), request(2, [1, 2])])).toEqual([[0], [1]])
  expect(findChains([request(0, [1]), request(2, [1, 2], { model: 'other' })])).toEqual([[0], [1]])
})

test('after an hour an agent goes on only with half of what it had', () => {
  const before = [1, 2, 3, 4]
  expect(findChains([request(0, before), request(4000, [1, 9])])).toEqual([[0], [1]])
  expect(findChains([request(0, before), request(4000, [1, 2, 9])])).toEqual([[0, 1]])
})

test('requests without ids stay with the first chain, in time', () => {
  expect(findChains([request(0, [1]), request(2, []), request(4, [7]), request(6, [1, 2])])).toEqual([[0, 1, 3], [2]])
  expect(findChains([request(0, [])])).toEqual([[0]])
})
