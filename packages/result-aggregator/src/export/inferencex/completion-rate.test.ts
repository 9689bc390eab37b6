import { expect, test } from 'vitest'
import { completionsPerS } from './completion-rate.ts'

test('whole seconds from the first end, as long as there are any; an end at the edge belongs to the second that begins there', () => {
  // [10, 11): 2, [11, 12): 1, [12, 13): none; the second that 13.5 lies in is not whole.
  expect(completionsPerS(Float64Array.of(10, 10.5, 11, 13.5))).toEqual(Float64Array.of(0, 1, 2))
})

test('less than a second, one end, ends at one instant', () => {
  expect(completionsPerS(Float64Array.of(10, 10.9))).toEqual(new Float64Array())
  expect(completionsPerS(Float64Array.of(10))).toBeUndefined()
  expect(completionsPerS(Float64Array.of(10, 10))).toBeUndefined()
})
