import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { KvPages } from './kv-pages.ts'
import { SglangSequence } from './sglang-sequence.ts'

const limits = { pageSize: 2, kvTokens: 40, maxModelLen: 30 }

function pagesWith(sequence: SglangSequence, tokens: number): KvPages {
  const pages = new KvPages({ numPages: 20, pageSize: 2, enablePrefixCaching: true })
  pages.takeRow(sequence)
  pages.grow(sequence, tokens, 0)
  return pages
}

test('a page is taken whole, and what is left of it is used first', () => {
  const sequence = new SglangSequence(requestOf('a', 3, 9), 1, limits)
  const pages = pagesWith(sequence, 3)
  expect(pages.freePages).toBe(18)
  pages.grow(sequence, 4)
  expect(pages.freePages).toBe(18)
  pages.grow(sequence, 5)
  expect(pages.freePages).toBe(17)
})

// After a retraction, prompt and output so far are computed, and cached, in one piece.
test('prompt and output that are cached at once are parted, and the output is evicted first', () => {
  const sequence = new SglangSequence(requestOf('a', 4, 9, 'ab'), 1, limits)
  const pages = pagesWith(sequence, 8)
  sequence.generated = 4
  pages.keep(sequence, 8)
  pages.release(sequence)
  expect([pages.freeTokens, pages.evictableTokens]).toEqual([32, 8])
  expect(pages.makeRoom(34)).toBe(true)
  expect([pages.freeTokens, pages.evictableTokens]).toEqual([36, 4])
  const next = new SglangSequence(requestOf('b', 6, 1, 'abc'), 2, limits)
  pages.match(next, 5)
  expect(next.prefixTokens).toBe(4)
})

test("a page that is not full is the tree's no more than the request's", () => {
  const sequence = new SglangSequence(requestOf('a', 5, 9, 'ab'), 1, limits)
  const pages = pagesWith(sequence, 5)
  pages.keep(sequence, 5)
  expect([sequence.treePages, pages.freePages, pages.evictableTokens]).toEqual([2, 17, 0])
  pages.release(sequence)
  expect([pages.freePages, pages.evictableTokens, pages.rows]).toEqual([18, 4, 0])
})

test('what is cached is forgotten, and its pages are free', () => {
  const sequence = new SglangSequence(requestOf('a', 6, 9), 1, limits)
  const pages = pagesWith(sequence, 6)
  pages.keep(sequence, 6)
  pages.release(sequence)
  pages.forget()
  expect([pages.freePages, pages.evictableTokens, pages.tree.pages]).toEqual([20, 0, 0])
})
