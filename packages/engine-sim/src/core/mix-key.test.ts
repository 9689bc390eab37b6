import { expect, test } from 'vitest'
import { keyOfText, mixKey } from './mix-key.ts'

test('a key is a positive integer below 2^52', () => {
  for (let at = 0; at < 20_000; at += 1) {
    const key = mixKey(at * 7919, 2 ** 32 * (at % 97) + at)
    expect(Number.isInteger(key) && key > 0 && key < 2 ** 52).toBe(true)
  }
})

test('near parents and values give different keys, in both halves of their bits', () => {
  const keys = new Set<number>()
  for (let parent = 0; parent < 400; parent += 1) {
    for (let value = 0; value < 400; value += 1) keys.add(mixKey(parent, value))
    for (let value = 1; value < 100; value += 1) keys.add(mixKey(parent * 2 ** 32, value * 2 ** 32))
  }
  // The one pair counted twice is (0, v x 2^32) and no other.
  expect(keys.size).toBe(400 * 400 + 400 * 99)
})

test('the low 32 bits of chained keys spread: half a million keys meet about as often as chance has it', () => {
  const low = new Set<number>()
  let key = 1
  for (let at = 0; at < 500_000; at += 1) {
    key = mixKey(key, at % 3)
    low.add(key >>> 0)
  }
  expect(500_000 - low.size).toBeLessThan(90)
})

test('texts differ by content and by length', () => {
  expect(new Set(['', 'a', 'b', 'ab', 'ba', 'a\u0000'].map(keyOfText)).size).toBe(6)
})

test('small pairs do not meet: 1,000 x 1,000 of them have 1,000,000 keys', () => {
  const keys = new Set<number>()
  for (let parent = 0; parent < 1_000; parent += 1) {
    for (let value = 0; value < 1_000; value += 1) keys.add(mixKey(parent, value))
  }
  expect(keys.size).toBe(1_000_000)
})

test('texts of a plan have keys of their own: 300,000 scopes', () => {
  const keys = new Set<number>()
  for (let trace = 0; trace < 1_000; trace += 1) {
    for (let pass = 0; pass < 300; pass += 1) keys.add(keyOfText(`8/trace_${trace}#${pass}`))
  }
  expect(keys.size).toBe(300_000)
})
