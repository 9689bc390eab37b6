import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clampConcurrency, clampList, concurrenciesOf, filterConcurrency } from './concurrencies.ts'

const range = (start: number, end: number) => ({ kind: 'range', start, end }) as const
const list = (...values: number[]) => ({ kind: 'list', values }) as const

test('a range multiplies and always holds its end', () => {
  expect(concurrenciesOf(range(4, 24), 2)).toEqual([4, 8, 16, 24])
  expect(concurrenciesOf(range(4, 64), 3)).toEqual([4, 12, 36, 64])
  expect(concurrenciesOf(range(7, 7), 2)).toEqual([7])
  expect(concurrenciesOf(list(8, 4, 8), 2)).toEqual([8, 4, 8])
})

test('a clamped range starts again from the minimum; above the maximum it is the maximum', () => {
  expect(clampConcurrency(range(4, 64), 2, { min: 6, max: 40 })).toEqual([6, 12, 24, 40])
  expect(clampConcurrency(range(64, 256), 2, { max: 16 })).toEqual([16])
  expect(clampConcurrency(range(4, 8), 2, { min: 16 })).toEqual([])
  expect(clampConcurrency(range(4, 8), 2, { max: 0 })).toEqual([])
  expect(clampConcurrency(range(1, 8), 2, { min: 40, max: 6 })).toEqual([])
  expect(clampConcurrency(range(1, 80), 2, { min: 40, max: 6 })).toEqual([6])
})

test('a clamped list drops what is low, and falls back to the maximum', () => {
  expect(clampList([1, 8, 64], { min: 4, max: 16 })).toEqual([8])
  expect(clampList([64, 128], { max: 16 })).toEqual([16])
  expect(clampList([1, 2], { min: 4, max: 16 })).toEqual([])
  expect(clampConcurrency(list(64, 128), 2, { max: 16 })).toEqual([16])
})

test('an agentic line is filtered without falling back', () => {
  expect(filterConcurrency([1, 8, 64], { min: 4, max: 16 })).toEqual([8])
  expect(filterConcurrency([64], { max: 16 })).toEqual([])
})

test('a range rises strictly, from its start to its end, by the step or less', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(5000), fc.integer({ min: 2, max: 9 }), (start, more, step) => {
      const values = concurrenciesOf(range(start, start + more), step)
      expect(values[0]).toBe(start)
      expect(values.at(-1)).toBe(start + more)
      for (const [i, value] of values.entries()) if (i > 0) expect(value).toBeGreaterThan(values[i - 1]!)
      for (const [i, value] of values.slice(0, -2).entries()) expect(values[i + 1]).toBe(value * step)
    }),
  )
})
