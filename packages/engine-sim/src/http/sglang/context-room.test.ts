import { expect, test } from 'vitest'
import { quickEngine } from '../serve.fixture.ts'
import { contextRoom } from './context-room.ts'
import { quickSglang } from './serve-sglang.fixture.ts'

test('a reply ends two tokens before the context does, where nothing shorter was asked for', () => {
  const engine = quickSglang({ maxModelLen: 1000 })
  expect(contextRoom(100, undefined, engine)).toBe(898)
  expect(contextRoom(100, 900, engine)).toBe(898)
  expect(contextRoom(100, 30, engine)).toBe(30)
  expect(contextRoom(100, 0, engine)).toBe(1)
})

test('and where the cache could not hold it: the pages of the prompt, one more, and a token are its own', () => {
  const engine = quickSglang({ numBlocks: 4, maxModelLen: 1000 })
  // 256 tokens: a prompt of 65 takes two pages, with one more 192; 63 are left.
  expect(contextRoom(65, undefined, engine)).toBe(63)
  expect(contextRoom(64, undefined, engine)).toBe(127)
  expect(() => contextRoom(250, undefined, engine)).toThrow('exceeds the maximum allowed length (250 tokens)')
})

test('an engine of vLLM that speaks so has its blocks but one', () => {
  const engine = quickEngine({ scheduler: { numBlocks: 5, maxModelLen: 1000 } })
  expect(contextRoom(65, undefined, engine)).toBe(63)
})
