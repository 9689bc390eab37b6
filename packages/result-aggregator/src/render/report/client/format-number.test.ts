import { expect, test } from 'vitest'
import { shortNumber, tickNumber } from './format-number.ts'

test('marks that lie close are told apart, and are no longer than they are round', () => {
  expect([112, 112.25, 112.5, 0.30000000000000004, 1_250, 20_000, 1_002_500].map(tickNumber)).toEqual([
    ...['112', '112.25', '112.5', '0.3', '1.25k', '20k', '1.0025M'],
  ])
  expect([112.25, 1_234_567, 0].map(shortNumber)).toEqual(['112', '1.23M', '0'])
})
