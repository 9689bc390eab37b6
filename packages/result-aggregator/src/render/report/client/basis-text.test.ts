import { expect, test } from 'vitest'
import { basisText } from './basis-text.ts'

test('of one run, and of several the least and the most', () => {
  const one = { measured: 64, sent: 80, windowMs: 900_000 }
  const other = { measured: 1_203, sent: 1_300, windowMs: 900_000 }
  expect(basisText(one, { estimator: 'a mean', of: 'sent' })).toBe(
    'n = 80 requests, window = 900 s, estimator = a mean',
  )
  expect(basisText([one, other], { estimator: 'a mean' })).toBe(
    'n = 64 to 1,203 requests, window = 900 s, estimator = a mean',
  )
})

test('a window is in seconds, of an hour too, and never in thousands of them', () => {
  const of = (windowMs: number) => basisText({ measured: 1, sent: 1, windowMs }, { estimator: 'a mean' })
  expect([of(1_800_000), of(7_199_960), of(12_345)].map((text) => /window = (.*) s,/.exec(text)?.[1])).toEqual([
    '1,800',
    '7,200',
    '12.3',
  ])
})

test('without a window it names none', () => {
  expect(basisText({ measured: 1, sent: 1 }, { estimator: 'a sum' })).toBe('n = 1 requests, estimator = a sum')
})
