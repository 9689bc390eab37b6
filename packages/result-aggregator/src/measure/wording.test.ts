import { expect, test } from 'vitest'
import { renderMs, renderSeconds, renderShare } from './wording.ts'

test('a share is rounded, but never to all or nothing', () => {
  expect([0, 0.1, 0.1234, 1, 0.9996, 0.00001].map(renderShare)).toEqual([
    '0 %',
    '10 %',
    '12.3 %',
    '100 %',
    '99.96 %',
    '0.001 %',
  ])
})

test('milliseconds and seconds', () => {
  expect([renderMs(50), renderMs(51.26), renderSeconds(900_000), renderSeconds(1500)]).toEqual([
    '50 ms',
    '51.3 ms',
    '900 s',
    '1.5 s',
  ])
})
