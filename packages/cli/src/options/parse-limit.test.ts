import { expect, test } from 'vitest'
import { parseLimit } from './parse-limit.ts'

const known = ['gaps', 'order']

test('a name that there is and a number of 0 or more', () => {
  expect(parseLimit('gaps=5000', known)).toEqual(['gaps', 5000])
  expect(parseLimit(' order = 0 ', known)).toEqual(['order', 0])
  expect(parseLimit('gaps=0.05', known)).toEqual(['gaps', 0.05])
})

test.each(['gaps', 'gaps=', '=5', 'speed=1', ''])('%j has no name that there is', (text) => {
  expect(() => parseLimit(text, known)).toThrow('the names are gaps, order')
})

test.each(['gaps=often', 'gaps=-1', 'gaps=Infinity', 'gaps=NaN'])('%s is no limit', (text) => {
  expect(() => parseLimit(text, known)).toThrow('gaps: give a number of 0 or more')
})
