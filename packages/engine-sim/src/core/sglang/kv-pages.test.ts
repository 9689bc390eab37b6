import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import type { HiCache } from '../offload/hicache-config.ts'
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

// unified_radix_cache.py: checkpoint_into_tree gives the prompt one priority more
test('by priority, prompts go after outputs and after what was put there without one', () => {
  const pages = new KvPages({ numPages: 20, pageSize: 2, enablePrefixCaching: true, evictionPolicy: 'priority' })
  const put = (id: string, contents: string, tokens: number) => {
    const sequence = new SglangSequence(requestOf(id, 4, 9, contents), 1, limits)
    sequence.generated = tokens - 4
    pages.takeRow(sequence)
    pages.grow(sequence, tokens, 0)
    pages.keep(sequence, tokens)
    pages.release(sequence)
  }
  put('a', 'ab', 8)
  put('b', 'xy', 4)
  expect(pages.tree.evict(4)).toBe(4)
  const left = ['ab', 'xy'].map((contents) => pages.tree.match(requestOf('', 4, 1, contents).blockKeys, 2).pages)
  expect(left).toEqual([2, 0])
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

/** Pages of 2 tokens, which take a link a millisecond each. */
function tieredPages(numPages: number, changes: Partial<HiCache>) {
  const hicache = { hostPages: 8, tokenBytes: 500_000, leastLoadTokens: 1, host: { gbPerS: 1 }, ...changes }
  const pages = new KvPages({ numPages, pageSize: 2, enablePrefixCaching: true, hicache })
  let serial = 0
  const sequenceOf = (contents: string) => {
    serial += 1
    return new SglangSequence(requestOf(`r${serial}`, contents.length * 2, 1, contents), serial, limits)
  }
  const served = (contents: string) => {
    const sequence = sequenceOf(contents)
    pages.takeRow(sequence)
    pages.makeRoom(contents.length * 2)
    pages.grow(sequence, contents.length * 2, 0)
    pages.keep(sequence, contents.length * 2)
    pages.release(sequence)
  }
  return { pages, host: pages.host!, sequenceOf, served }
}

test('what is copied for nobody is used by nobody, and where there is no memory without it, it is waited for', () => {
  const { pages, host, sequenceOf, served } = tieredPages(4, {})
  served('ab')
  host.advance(10)
  expect([pages.freePages, pages.tree.evictablePages, pages.unusedPages]).toEqual([2, 0, 4])
  const next = sequenceOf('wxyz')
  pages.takeRow(next)
  pages.grow(next, 8, 0)
  expect([pages.freePages, host.scheduled().beginsFromMs, host.nextMs]).toEqual([0, 12, undefined])
})

test('all is forgotten, what is being copied too', () => {
  const { pages, host, served } = tieredPages(4, {})
  served('ab')
  host.advance(10)
  pages.forget()
  expect([pages.freePages, pages.tree.pages, pages.tree.host.pages, host.nextMs]).toEqual([4, 0, 0, undefined])
})

test('room for what is loaded is not made at its cost in the host', () => {
  const { pages, host, sequenceOf, served } = tieredPages(3, { hostPages: 2, writePolicy: 'write_back' })
  host.advance(0)
  served('ab')
  served('cde')
  const next = sequenceOf('abx')
  pages.match(next, 5)
  expect([next.prefixTokens, next.inHost?.tokens]).toEqual([0, 4])
  pages.tree.lock(next.heldNode!)
  pages.loadBack(next)
  expect([next.prefixTokens, next.hostTokens, pages.freePages, pages.tree.pages]).toEqual([4, 4, 1, 2])
  const other = sequenceOf('ab')
  pages.match(other, 4)
  expect(other.prefixTokens).toBe(4)
})
