import { expect, test } from 'vitest'
import { contextRoom } from './context-room.ts'

test('a reply ends two tokens before the context does, where nothing shorter was asked for', () => {
  expect(contextRoom(100, undefined, 1000)).toBe(898)
  expect(contextRoom(100, 900, 1000)).toBe(898)
  expect(contextRoom(100, 30, 1000)).toBe(30)
  expect(contextRoom(100, 0, 1000)).toBe(1)
})

test('a prompt leaves seven tokens at least', () => {
  expect(contextRoom(993, undefined, 1000)).toBe(5)
  expect(() => contextRoom(994, undefined, 1000)).toThrow('exceeds the maximum allowed length (994 tokens)')
})
